using System.Runtime.InteropServices;

namespace Kith.Tests.FastPath;

/// <summary>Memory that does not move, with a guard pattern behind it that <see cref="Dispose"/> checks.</summary>
internal sealed unsafe class NativeBlock : IDisposable
{
    private const int GuardBytes = 64;
    private const byte Guard = 0xA5;
    private readonly int _length;

    public NativeBlock(int length)
    {
        _length = length;
        Pointer = (byte*)NativeMemory.AllocZeroed((nuint)(length + GuardBytes));
        new Span<byte>(Pointer + length, GuardBytes).Fill(Guard);
    }

    public NativeBlock(ReadOnlySpan<byte> content)
        : this(content.Length) => content.CopyTo(Span);

    public byte* Pointer { get; }

    public Span<byte> Span => new(Pointer, _length);

    public void Dispose()
    {
        bool whole = new ReadOnlySpan<byte>(Pointer + _length, GuardBytes).IndexOfAnyExcept(Guard) < 0;
        NativeMemory.Free(Pointer);
        Assert.True(whole, "something wrote behind its buffer");
    }
}
