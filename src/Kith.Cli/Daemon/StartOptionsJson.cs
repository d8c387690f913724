using System.Text.Json.Serialization;
using Kith.Node.Control;

namespace Kith.Cli.Daemon;

/// <summary>How the options of a start travel from `kith up --detach` to the process in the background.</summary>
[JsonSerializable(typeof(NodeStartOptions))]
internal sealed partial class StartOptionsJson : JsonSerializerContext;
