using System.CommandLine;

namespace LoadShaper.Cli.CommandLine;

/// <summary>
/// `loadshaper completion SHELL`: a script for the shell that completes commands, options and values. The script asks this program
/// through the `[suggest]` directive of System.CommandLine, so it needs no change when an option is added.
/// </summary>
internal static class CompletionCommand
{
    private static readonly Dictionary<string, string> Scripts = new()
    {
        ["bash"] = Bash,
        ["zsh"] = Zsh,
        ["fish"] = Fish,
    };

    // The line is rewritten to begin with the plain name, as the program may have been started by a path. The short aliases of
    // --help are left out.
    private const string Bash = """
        # bash completion of loadshaper. For this shell: source <(loadshaper completion bash)
        # For every shell: loadshaper completion bash > ~/.local/share/bash-completion/completions/loadshaper
        _loadshaper() {
            local line=${COMP_LINE:0:COMP_POINT} program=${COMP_WORDS[0]/#\~/$HOME}
            line="loadshaper${line#"${COMP_WORDS[0]}"}"
            mapfile -t COMPREPLY < <(compgen -W "$("$program" "[suggest:${#line}]" "$line" 2> /dev/null | grep -v '^[-/][?h]$')" -- "${COMP_WORDS[COMP_CWORD]}")
        }
        complete -o default -F _loadshaper loadshaper

        """;

    private const string Zsh = """
        #compdef loadshaper
        # zsh completion of loadshaper, after compinit. For this shell: source <(loadshaper completion zsh)
        # For every shell: loadshaper completion zsh > a file named _loadshaper in a directory of $fpath
        _loadshaper() {
            local line="loadshaper ${(j: :)words[2,CURRENT-1]}"
            [[ $line == *' ' ]] || line+=' '
            line+=$PREFIX
            local -a found
            found=(${(f)"$(${~words[1]} "[suggest:${#line}]" "$line" 2> /dev/null | grep -v '^[-/][?h]$')"})
            if (( $#found )); then compadd -a found; else _files; fi
        }
        if [[ $funcstack[1] == _loadshaper ]]; then _loadshaper "$@"; else compdef _loadshaper loadshaper; fi

        """;

    private const string Fish = """
        # fish completion of loadshaper. For this shell: loadshaper completion fish | source
        # For every shell: loadshaper completion fish > ~/.config/fish/completions/loadshaper.fish
        function __loadshaper_complete
            set -l words (commandline -opc) (commandline -ct)
            set -l line (string join ' ' -- loadshaper $words[2..])
            command loadshaper "[suggest:"(string length -- $line)"]" $line 2> /dev/null | string match -v -r '^[-/][?h]$'
        end
        complete -c loadshaper -a '(__loadshaper_complete)'

        """;

    public static Command Create()
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh or fish." };
        shell.AcceptOnlyFromAmong("bash", "zsh", "fish");
        var command = new Command("completion", "Print a script that completes commands and options in a shell.") { shell };
        command.SetAction(parsed => parsed.InvocationConfiguration.Output.Write(Scripts[parsed.GetValue(shell)!]));
        return command;
    }
}
