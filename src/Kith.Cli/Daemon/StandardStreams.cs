using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Kith.Cli.Daemon;

/// <summary>
/// The standard input and output as bytes. Not the runtime's own streams: those pass over a closed output in silence, and files would be written at a position that
/// programs before and after this one know nothing of.
/// </summary>
internal static class StandardStreams
{
    /// <summary>The error of an output that nobody reads any more (EPIPE).</summary>
    public const int BrokenPipe = 32;

    private const int Input = 0;
    private const int Output = 1;
    private const int Interrupted = 4;
    private const int TryAgain = 11;
    private const short PollOut = 4;
    private const short PollIn = 1;

    /// <summary>Reads what there is; 0 at the end. Blocks.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static int Read(Span<byte> buffer)
    {
        if (OperatingSystem.IsWindows())
        {
            using Stream input = Console.OpenStandardInput();
            return input.Read(buffer);
        }

        while (true)
        {
            nint count = read(Input, ref MemoryMarshal.GetReference(buffer), buffer.Length);
            if (count >= 0)
            {
                return (int)count;
            }

            WaitOrThrow(Input, PollIn);
        }
    }

    /// <summary>Writes everything. Blocks.</summary>
    /// <exception cref="IOException">Nobody reads any more, or it cannot be written; its code is the system's.</exception>
    public static void Write(ReadOnlySpan<byte> bytes)
    {
        if (OperatingSystem.IsWindows())
        {
            using Stream output = Console.OpenStandardOutput();
            output.Write(bytes);
            return;
        }

        while (bytes.Length > 0)
        {
            nint count = write(Output, in MemoryMarshal.GetReference(bytes), bytes.Length);
            if (count >= 0)
            {
                bytes = bytes[(int)count..];
            }
            else
            {
                WaitOrThrow(Output, PollOut);
            }
        }
    }

    /// <summary>Closes the output, so that who reads it sees its end while this process lives on.</summary>
    public static void CloseOutput()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = close(Output);
        }
    }

    private static void WaitOrThrow(int descriptor, short events)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error == TryAgain)
        {
            PollEntry entry = new() { Descriptor = descriptor, Events = events };
            _ = poll(ref entry, 1, -1);
        }
        else if (error != Interrupted)
        {
            string text = error == BrokenPipe ? "nobody reads it any more" : new Win32Exception(error).Message;
            throw new IOException(text, error);
        }
    }

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint read(int descriptor, ref byte buffer, nint count);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern nint write(int descriptor, in byte buffer, nint count);

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int close(int descriptor);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int poll(ref PollEntry entries, nuint count, int milliseconds);

    [StructLayout(LayoutKind.Sequential)]
    private struct PollEntry
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }
}
