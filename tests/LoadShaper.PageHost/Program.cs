using System.Net;
using LoadShaper.Daemon.Page;
using LoadShaper.PageHost;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

// The live page as the daemon serves it, in states that a test can ask for: http://127.0.0.1:PORT/SCENARIO/
//   page-host PORT     prints one line when it answers; ends with its standard input
if (args is not [var portText] || !int.TryParse(portText, out var port))
{
    Console.Error.WriteLine("usage: page-host PORT");
    return 64;
}

var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
builder.WebHost.UseKestrelCore().ConfigureKestrel(options => options.Listen(IPAddress.Loopback, port));
builder.Services.AddRouting();
var app = builder.Build();
foreach (var name in Scenarios.Names)
{
    var server = new Lazy<PageServer>(() => Scenarios.Create(name, DateTimeOffset.UtcNow));
    app.Map($"/{name}", branch =>
    {
        branch.Use((context, next) => server.Value.AnswerAsync(context, next));
        branch.Run(context => context.Response.WriteAsync("not part of the page"));
    });
}

await app.StartAsync();
Console.WriteLine("ready");
await Console.In.ReadToEndAsync();
await app.StopAsync();
return 0;
