using System.Globalization;
using System.Text;
using Kith.Apps.Sending.Wire;

namespace Kith.Apps.Sending.Incoming;

/// <summary>Other names for a file whose own is taken: <c>photo (2).jpg</c>, <c>photo (3).jpg</c>, …</summary>
internal static class FreeName
{
    /// <summary>The last number that is tried.</summary>
    public const int NumberMax = 1000;

    /// <summary>The names in order.</summary>
    public static IEnumerable<string> For(string name)
    {
        string ending = Path.GetExtension(name);
        string stem = name[..^ending.Length];
        if (stem.Length == 0)
        {
            (stem, ending) = (name, string.Empty);
        }

        for (int number = 2; number <= NumberMax; number++)
        {
            string tail = string.Create(CultureInfo.InvariantCulture, $" ({number}){ending}");
            yield return WireText.Cut(stem, Math.Max(1, SendLimits.NameBytesMax - Encoding.UTF8.GetByteCount(tail))) + tail;
        }
    }
}
