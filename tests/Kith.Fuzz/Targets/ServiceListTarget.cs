using Kith.Apps.Services;
using Kith.Fuzz.Coverage;

namespace Kith.Fuzz.Targets;

/// <summary>The input is what a device says of its services.</summary>
[Covers(typeof(Apps.Services.ServiceList))]
internal sealed class ServiceListTarget : IFuzzTarget
{
    public string Name => "service-list";

    public IEnumerable<byte[]> Corpus =>
    [
        [0, 0],
        new ServiceList([new OfferedService("db", 5432), new OfferedService("web", 80)]).Encode(),
        new ServiceList([.. Enumerable.Range(0, 30).Select(static number => new OfferedService($"s{number:00}", 1000 + number))]).Encode(),
    ];

    public bool Run(ReadOnlySpan<byte> input)
    {
        if (!ServiceList.TryDecode(input, out ServiceList? list))
        {
            return false;
        }

        Oracle.Same(input, list.Encode(), "its own encoding");
        return true;
    }
}
