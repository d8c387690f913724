using System.Runtime.InteropServices;

namespace Kith.Fuzz.Memory;

/// <summary>
/// Memory between two pages that may not be touched, so that whoever reads or writes one byte too many or too early ends the program. Elsewhere than on Linux it is
/// ordinary memory.
/// </summary>
internal sealed unsafe class GuardedMemory
{
    private const int GuardBytes = 64 * 1024;

    private readonly byte* _start;
    private readonly int _capacity;

    /// <param name="bytesMax">The most that is placed.</param>
    /// <param name="file">A file whose content the memory is to be; null for none.</param>
    public GuardedMemory(int bytesMax, CrashFile? file = null)
    {
        _capacity = Math.Max(1, (bytesMax + GuardBytes - 1) / GuardBytes) * GuardBytes;
        if (!OperatingSystem.IsLinux())
        {
            _start = (byte*)NativeMemory.AllocZeroed((nuint)_capacity);
            return;
        }

        nint whole = Check(Native.Map(0, _capacity + (2 * GuardBytes), Native.ProtectNone, Native.MapPrivate | Native.MapAnonymous, -1, 0));
        _start = (byte*)whole + GuardBytes;
        int flags = Native.MapFixed | (file is null ? Native.MapPrivate | Native.MapAnonymous : Native.MapShared);
        Check(Native.Map((nint)_start, _capacity, Native.ProtectReadWrite, flags, file?.SetLength(_capacity) ?? -1, 0));
    }

    /// <summary>Room whose last byte is the last that may be touched.</summary>
    public Span<byte> AtEnd(int length) => new(_start + OffsetAtEnd(length), length);

    /// <summary>A copy whose last byte is the last that may be touched.</summary>
    public Span<byte> AtEnd(ReadOnlySpan<byte> bytes)
    {
        Span<byte> copy = AtEnd(bytes.Length);
        bytes.CopyTo(copy);
        return copy;
    }

    /// <summary>Room whose first byte is the first that may be touched.</summary>
    public Span<byte> AtStart(int length) => length <= _capacity ? new Span<byte>(_start, length) : throw new ArgumentOutOfRangeException(nameof(length));

    /// <summary>How far behind the start <see cref="AtEnd(int)"/> begins.</summary>
    public int OffsetAtEnd(int length) => length <= _capacity ? _capacity - length : throw new ArgumentOutOfRangeException(nameof(length));

    private static nint Check(nint result) => result != -1 ? result : throw new IOException("The system gives no memory between guards.");
}
