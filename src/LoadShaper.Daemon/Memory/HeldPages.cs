using System.ComponentModel;
using System.Runtime.InteropServices;
using LoadShaper.Domain.Memory;
using LoadShaper.Domain.Units;

namespace LoadShaper.Daemon.Memory;

/// <summary>
/// Memory that counts as used by every formula: private, anonymous, written, and filled with bytes that zram
/// or a page merger cannot compress. Taken and given back in chunks of 2 MiB. Not thread-safe.
/// </summary>
internal sealed unsafe class HeldPages : IDisposable
{
    private const int Chunk = 2 * 1024 * 1024;
    private const int Piece = 64 * 1024;
    private static readonly int PageSize = Environment.SystemPageSize;

    private readonly bool _huge;
    private readonly int _chunksPerMapping;
    private readonly byte[] _noise = new byte[Piece];
    private readonly long _seed = Random.Shared.NextInt64();
    private readonly byte[] _inCore = new byte[Chunk / PageSize];
    private readonly Stack<nint> _spare = new();
    private readonly List<nint> _written = [];
    private long _stamp;

    /// <param name="step">What is mapped at a time.</param>
    /// <param name="huge">Whether to ask for huge pages.</param>
    internal HeldPages(ByteSize step, bool huge)
    {
        _huge = huge;
        _chunksPerMapping = Math.Max(1, InChunks(step));
        Random.Shared.NextBytes(_noise);
    }

    internal ByteSize Held => ByteSize.FromBytes((long)_written.Count * Chunk);

    /// <summary>Where each chunk begins.</summary>
    internal IReadOnlyList<nint> Chunks => _written;

    /// <summary>Writes one chunk more.</summary>
    /// <exception cref="Win32Exception">The kernel gives no address space.</exception>
    internal void Grow()
    {
        if (_spare.Count == 0)
            Map();

        var start = _spare.Pop();
        _written.Add(start);

        for (var piece = 0; piece < Chunk; piece += Piece)
            Write(start + piece);
    }

    private void Write(nint start)
    {
        fixed (byte* noise = _noise)
        {
            for (var page = noise; page < noise + Piece; page += PageSize)
                *(long*)page = _seed ^ ++_stamp;   // no two pages alike

            // The kernel writes without a fault for each page, and without the trap that a page's first touch costs where
            // a hypervisor shadows the page tables. A sandbox may refuse it; then the process writes.
            var from = new SystemCalls.Bytes { Start = (nint)noise, Length = Piece };
            var to = new SystemCalls.Bytes { Start = start, Length = Piece };
            if (SystemCalls.WriteInto(Environment.ProcessId, &from, 1, &to, 1, 0) != Piece)
                Buffer.MemoryCopy(noise, (byte*)start, Piece, Piece);
        }
    }

    /// <summary>Gives at least this much back to the machine at once, the last taken first.</summary>
    internal void Shrink(ByteSize amount)
    {
        while (_spare.TryPop(out var spare))
            Unmap(spare, Chunk);

        for (var left = Math.Min(InChunks(amount), _written.Count); left > 0; left--)
        {
            Unmap(_written[^1], Chunk);
            _written.RemoveAt(_written.Count - 1);
        }
    }

    /// <summary>Touches one byte of a chunk, and every page of it that the kernel took away.</summary>
    /// <returns>What had been taken away.</returns>
    internal ByteSize Touch(int index)
    {
        var start = _written[index];
        Volatile.Read(ref *(byte*)start);

        fixed (byte* inCore = _inCore)
        {
            // Where the kernel does not say, nothing is known to be missing, and the one touch has to do.
            if (SystemCalls.InCore(start, Chunk, inCore) != 0)
                return ByteSize.Zero;
        }

        if (_inCore.AsSpan().IndexOf((byte)0) < 0)
            return ByteSize.Zero;

        var taken = 0L;
        for (var page = 0; page < _inCore.Length; page++)
        {
            if ((_inCore[page] & 1) != 0)
                continue;
            Volatile.Read(ref *(byte*)(start + page * PageSize));
            taken += PageSize;
        }

        return ByteSize.FromBytes(taken);
    }

    public void Dispose() => Shrink(Held);

    private void Map()
    {
        var length = (nint)_chunksPerMapping * Chunk;

        // One chunk more, so that an aligned start lies within; what is over goes back.
        var mapped = SystemCalls.Map(0, length + Chunk, SystemCalls.ReadWrite, SystemCalls.PrivateAnonymous, -1, 0);
        if (mapped == SystemCalls.MapFailed)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"mmap of {length} bytes: {Marshal.GetLastPInvokeErrorMessage()}");

        var start = (mapped + Chunk - 1) & ~(nint)(Chunk - 1);
        if (start > mapped)
            Unmap(mapped, start - mapped);
        if (start < mapped + Chunk)
            Unmap(start + length, mapped + Chunk - start);

        // Refused by kernels built without; the memory counts all the same.
        _ = SystemCalls.Advise(start, length, SystemCalls.AdviseDontDump);
        _ = SystemCalls.Advise(start, length, SystemCalls.AdviseUnmergeable);
        _ = SystemCalls.Advise(start, length, _huge ? SystemCalls.AdviseHugePages : SystemCalls.AdviseNoHugePages);

        for (var chunk = _chunksPerMapping - 1; chunk >= 0; chunk--)
            _spare.Push(start + (nint)chunk * Chunk);
    }

    private static void Unmap(nint start, nint length)
    {
        if (SystemCalls.Unmap(start, length) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"munmap: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    private static int InChunks(ByteSize size) => (int)(Pages.RoundUp(size).Bytes / Chunk);
}
