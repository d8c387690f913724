using System.Diagnostics;

namespace Kith.Node.Control;

/// <summary>Waits for the end of a process that is not this one's child.</summary>
public static class ProcessEnd
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until a process is gone, at most for a time. Returns whether it is gone.</summary>
    public static async Task<bool> WaitAsync(int process, TimeSpan limit, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        while (IsThere(process))
        {
            if (Stopwatch.GetElapsedTime(start) > limit)
            {
                return false;
            }

            await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>Whether the process exists and has not ended. One that ended and that nobody has collected yet (a zombie) counts as gone.</summary>
    public static bool IsThere(int process)
    {
        if (!OperatingSystem.IsLinux())
        {
            try
            {
                using Process found = Process.GetProcessById(process);
                return !found.HasExited;
            }
            catch (ArgumentException)
            {
                return false;
            }
        }

        try
        {
            // proc_pid_stat(5): the state follows the command's name, which stands in parentheses and may itself hold some.
            string stat = File.ReadAllText($"/proc/{process}/stat");
            int state = stat.LastIndexOf(')') + 2;
            return state >= stat.Length || stat[state] is not ('Z' or 'X');
        }
        catch (IOException)
        {
            return false;
        }
    }
}
