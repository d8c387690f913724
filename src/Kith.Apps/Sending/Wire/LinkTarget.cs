namespace Kith.Apps.Sending.Wire;

/// <summary>
/// Whether a symbolic link stays inside what is sent. It must be relative, and <c>..</c> may only stand at its beginning, as often as the link lies deep:
/// after another name <c>..</c> could lead out, because that name may be a link itself.
/// </summary>
internal static class LinkTarget
{
    /// <summary>Whether a link to this target stays inside.</summary>
    /// <param name="target">As it is written in the link.</param>
    /// <param name="depth">In how many folders of what is sent the link lies; 0 for one that is sent by itself, which may not lead anywhere.</param>
    public static bool StaysInside(string target, int depth)
    {
        if (depth < 1 || target.Length == 0 || target[0] == '/' || target.Contains('\0', StringComparison.Ordinal))
        {
            return false;
        }

        int up = 0;
        bool down = false;
        foreach (Range range in target.AsSpan().Split('/'))
        {
            ReadOnlySpan<char> part = target.AsSpan(range);
            if (part is ".." && (down || ++up >= depth))
            {
                return false;
            }

            down |= part is not (".." or "." or "");
        }

        return true;
    }
}
