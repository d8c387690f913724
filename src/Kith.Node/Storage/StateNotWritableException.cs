namespace Kith.Node.Storage;

/// <summary>The state directory cannot be created or written.</summary>
internal sealed class StateNotWritableException(string path, string reason, Exception? innerException = null)
    : StateException(path, $"The state directory cannot be written: {path}: {reason}. Change its owner or its rights, or choose another directory with --state.", innerException);
