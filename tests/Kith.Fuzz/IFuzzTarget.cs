namespace Kith.Fuzz;

/// <summary>
/// One parser or machine under fuzz. Every type in this project that implements it and has a constructor without parameters is found and run.
/// One instance is used from one thread.
/// </summary>
internal interface IFuzzTarget
{
    /// <summary>The name on the command line: lower case, words joined by dashes.</summary>
    string Name { get; }

    /// <summary>Good inputs to begin from, of every shape the parser knows. Must be the same on every call.</summary>
    IEnumerable<byte[]> Corpus { get; }

    /// <summary>Byte strings that mean something to the parser and that chance would not find.</summary>
    IEnumerable<byte[]> Dictionary => [];

    /// <summary>The longest input that is tried.</summary>
    int InputBytesMax => 2048;

    /// <summary>Whether every corpus sample is accepted as it is; false for machines with a memory, where a sample only means something after others.</summary>
    bool AcceptsCorpus => true;

    /// <summary>What one input may cost.</summary>
    FuzzBound Bound => FuzzBound.Common;

    /// <summary>Changes that keep the form of the input; null if changes of bytes are enough.</summary>
    IFuzzStructure? Structure => null;

    /// <summary>Called before each input and not measured: a machine that has run long is built anew here.</summary>
    void Prepare()
    {
    }

    /// <summary>
    /// Feeds one input, behind and before which no memory may be read; returns whether it was accepted. Must not throw whatever the input is; an accepted input must re-encode and decode to the same, which
    /// is to be checked here with <see cref="Oracle"/>.
    /// </summary>
    bool Run(ReadOnlySpan<byte> input);
}
