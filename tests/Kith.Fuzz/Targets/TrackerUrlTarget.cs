using Kith.Fuzz.Coverage;
using Kith.Protocol.Discovery.Tracker;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the URL of a tracker as a user gives it.</summary>
[Covers(typeof(TrackerUrl))]
internal sealed class TrackerUrlTarget : IFuzzTarget
{
    public string Name => "tracker-url";

    public int InputBytesMax => 600;

    public IEnumerable<byte[]> Corpus =>
        [.. new[] { "udp://tracker.example:6969", "http://tracker.example/announce?x=y", "https://[2001:db8::1]:8443/a", "udp://192.0.2.1:1/announce" }.Select(FuzzText.Bytes)];

    public IEnumerable<byte[]> Dictionary => [.. new[] { "://", "@", ":0", ":65536", "[", "]", "%", "?", "#", "..", "\\", "xn--", "%00", "ftp://" }.Select(FuzzText.Bytes)];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!TrackerUrl.TryParse(FuzzText.Text(input), out TrackerUrl? url))
        {
            return false;
        }

        Oracle.True(url.Port != 0 && url.Host.Length > 0 && url.Text.Length <= TrackerUrl.LengthMax, "a URL that leads nowhere");
        Oracle.True(!url.Text.AsSpan().ContainsAny("\r\n \0") && !url.PathAndQuery.AsSpan().ContainsAny("\r\n \0"), "a path that could become another request");
        Oracle.True(TrackerUrl.TryParse(url.Text, out TrackerUrl? again), $"its own text is refused: {url.Text}");
        Oracle.Equal(url, again, "its own text");
        _ = url.Display;
        return true;
    }
}
