using Kith.Protocol.Relay;
using Kith.Simulator.Net;

namespace Kith.Simulator.Nodes;

/// <summary>Is shown a frame that a machine sends through another one.</summary>
internal delegate void RelayWatch(SimMachine machine, in RelayFrame relay);
