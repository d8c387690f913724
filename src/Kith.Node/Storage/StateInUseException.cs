namespace Kith.Node.Storage;

/// <summary>Another node runs with this state directory.</summary>
internal sealed class StateInUseException(string path, Exception? innerException = null)
    : StateException(path, $"The state directory {path} is in use by another node. Stop that one (kith down), or choose another directory with --state.", innerException);
