using LoadShaper.Domain.Units;

namespace LoadShaper.Domain.Memory;

/// <summary>What memory is taken and given back in: 2 MiB, a huge page on x86-64 and on arm64 with 4 KiB pages.</summary>
public static class Pages
{
    public static readonly ByteSize Huge = ByteSize.FromMiB(2);

    public static ByteSize RoundDown(ByteSize size) => ByteSize.FromBytes(size.Bytes / Huge.Bytes * Huge.Bytes);

    public static ByteSize RoundUp(ByteSize size) => RoundDown(size + ByteSize.FromBytes(Huge.Bytes - 1));
}
