using Kith.Protocol.Wire;

namespace Kith.Protocol.Paths.Punching;

/// <summary>Which ports a stepping translator will use next, in the order in which it will.</summary>
public static class PortForecast
{
    private const int PortMin = 1024;

    /// <summary>The most endpoints of one forecast.</summary>
    public const int CountMax = PunchTimings.ForecastAhead + PunchTimings.ForecastBehind;

    /// <summary>
    /// Endpoints at the address of <paramref name="newest"/>, nearest ahead first, then those behind. Empty for a step of 0.
    /// </summary>
    public static List<InternetEndpoint> From(InternetEndpoint newest, int step)
    {
        List<InternetEndpoint> endpoints = [];
        for (int i = 1; i <= PunchTimings.ForecastAhead && step != 0; i++)
        {
            Add(endpoints, newest, i * step);
        }

        for (int i = 0; i < PunchTimings.ForecastBehind && step != 0; i++)
        {
            Add(endpoints, newest, -i * step);
        }

        return endpoints;
    }

    private static void Add(List<InternetEndpoint> endpoints, InternetEndpoint newest, int offset)
    {
        int port = newest.Port + offset;
        if (port is >= PortMin and <= ushort.MaxValue)
        {
            endpoints.Add(new InternetEndpoint(newest.Address, (ushort)port));
        }
    }
}
