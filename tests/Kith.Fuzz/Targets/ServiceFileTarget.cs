using System.Text.Json;
using Kith.Apps;
using Kith.Apps.Exposing;
using Kith.Fuzz.Coverage;

namespace Kith.Fuzz.Targets;

/// <summary>The input is the file of a node's services.</summary>
[Covers(typeof(Apps.Exposing.ServiceFile))]
internal sealed class ServiceFileTarget : IFuzzTarget
{
    public string Name => "service-file";

    public IEnumerable<byte[]> Corpus =>
    [
        Encode([]),
        Encode([new ExposedService("web", 80, "127.0.0.1", 8080, new ServiceRule("home", ["a", "b"], true)), new ExposedService("db", 81, "::1", 5432, new ServiceRule(null, [], false))]),
    ];

    public IEnumerable<byte[]> Dictionary => [.. new[] { "null", "true", "[]", "{}", "\"port\":", "65536", "-1", "1e9", "\"web\"" }.Select(FuzzText.Bytes)];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!ServiceFile.TryParse(input, out IReadOnlyList<ExposedService> services))
        {
            Oracle.True(services.Count == 0, "what was refused was kept");
            return false;
        }

        byte[] again = Encode(services);
        Oracle.True(ServiceFile.TryParse(again, out IReadOnlyList<ExposedService> read), "its own encoding is refused");
        Oracle.Same(again, Encode(read), "its own encoding");
        return true;
    }

    private static byte[] Encode(IReadOnlyList<ExposedService> services) => JsonSerializer.SerializeToUtf8Bytes(services, AppsJson.Default.IReadOnlyListExposedService);
}
