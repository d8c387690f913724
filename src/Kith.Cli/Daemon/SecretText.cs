using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;
using System.Text;

namespace Kith.Cli.Daemon;

/// <summary>
/// Texts that hold a secret (an invite) and were read by this process itself, so that nobody else has the object. The runtime moves and copies texts as it likes;
/// this overwrites the one at hand, and <see cref="Squeeze"/> gives the memory of earlier copies back.
/// </summary>
internal static class SecretText
{
    private const int ArgumentsBeginField = 47;

    /// <summary>The arguments as the system gave them to this process, which alone may overwrite them; empty within another program.</summary>
    public static IReadOnlyList<string> OwnArguments { get; set; } = [];

    /// <summary>Overwrites a text that came from outside and is nobody else's. A constant of the program is left alone.</summary>
    public static void Wipe(string? text)
    {
        if (text is { Length: > 0 } && string.IsInterned(text) is null)
        {
            MemoryMarshal.CreateSpan(ref MemoryMarshal.GetReference(text.AsSpan()), text.Length).Clear();
        }
    }

    /// <summary>Collects everything that is not used any more, and gives its pages back, what was in them included. Takes some tens of milliseconds.</summary>
    public static void Squeeze()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
    }

    /// <summary>Overwrites an argument of this process where the system shows it to others, as in a list of processes (proc(5): cmdline, stat). Elsewhere than on Linux it does nothing.</summary>
    public static void HideArgument(string? argument)
    {
        if (string.IsNullOrEmpty(argument))
        {
            return;
        }

        foreach (string own in OwnArguments.Where(own => own.Contains(argument, StringComparison.Ordinal) && !ReferenceEquals(own, argument)))
        {
            Wipe(own);
        }

        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            // The second field is a name in parentheses, which may hold anything.
            string stat = File.ReadAllText("/proc/self/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            long begin = long.Parse(fields[ArgumentsBeginField - 2], CultureInfo.InvariantCulture);
            byte[] arguments = File.ReadAllBytes("/proc/self/cmdline");
            byte[] wanted = Encoding.UTF8.GetBytes(argument);
            int at = arguments.AsSpan().IndexOf(wanted);
            Array.Clear(arguments);
            if (at >= 0 && begin > 0)
            {
                using FileStream memory = new("/proc/self/mem", new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, BufferSize = 0 });
                memory.Seek(begin + at, SeekOrigin.Begin);
                memory.Write(Enumerable.Repeat((byte)'x', wanted.Length).ToArray());
            }

            Array.Clear(wanted);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or FormatException or IndexOutOfRangeException)
        {
            // A system that does not let a process write its own memory shows the argument as it always did.
        }
    }
}
