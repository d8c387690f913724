namespace Kith.Apps.Sending.Wire;

/// <summary>The records of `kith/send/1`. The first group goes from the sender to the receiver, the second the other way, the third both ways.</summary>
internal enum RecordKind : byte
{
    /// <summary><see cref="HelloRecord"/>.</summary>
    Hello = 1,

    /// <summary><see cref="FolderRecord"/>: what follows lies in this folder.</summary>
    Enter = 2,

    /// <summary><see cref="FileRecord"/>: a file is there to be had.</summary>
    File = 3,

    /// <summary><see cref="LinkRecord"/>: a symbolic link.</summary>
    Link = 4,

    /// <summary><see cref="LeaveRecord"/>: the folder entered last is complete.</summary>
    Leave = 5,

    /// <summary>No body: everything was announced.</summary>
    ListEnd = 6,

    /// <summary><see cref="WholeRecord"/>: a small file.</summary>
    Whole = 7,

    /// <summary><see cref="BeginRecord"/>: the data that follow are this file's.</summary>
    Begin = 8,

    /// <summary>The next bytes of the file that was begun.</summary>
    Data = 9,

    /// <summary><see cref="EndRecord"/>: the file that was begun is complete.</summary>
    End = 10,

    /// <summary><see cref="AbandonRecord"/>: a file that was announced cannot be had.</summary>
    Abandon = 11,

    /// <summary><see cref="ComparedRecord"/>: whether the receiver's file is the same.</summary>
    Compared = 12,

    /// <summary><see cref="AnswerRecord"/>: whether the transfer is taken.</summary>
    Answer = 32,

    /// <summary><see cref="VerdictRecord"/>: what the receiver wants of a file.</summary>
    Verdict = 33,

    /// <summary><see cref="OutcomeRecord"/>: what became of a file.</summary>
    Outcome = 34,

    /// <summary>No body: everything that was announced has its outcome, and all of it would survive a power cut.</summary>
    Done = 35,

    /// <summary><see cref="StopRecord"/>: this side ends the transfer.</summary>
    Stop = 64,

    /// <summary>No body: this side lives.</summary>
    Alive = 65,
}
