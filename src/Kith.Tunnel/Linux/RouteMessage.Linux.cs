namespace Kith.Tunnel.Linux;

/// <summary>Kinds of rtnetlink messages (rtnetlink(7)).</summary>
internal enum RouteMessage : ushort
{
    Error = 2,
    Done = 3,
    NewLink = 16,
    DeleteLink = 17,
    GetLink = 18,
    SetLink = 19,
    NewAddress = 20,
    DeleteAddress = 21,
    GetAddress = 22,
    NewRoute = 24,
    DeleteRoute = 25,
    GetRoute = 26,
}
