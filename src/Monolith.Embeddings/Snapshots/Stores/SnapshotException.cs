using Monolith.Embeddings.Snapshots.Stores;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// A snapshot could not be written or read, for a reason that lies in the data or in the medium. Names the file, what was expected and what
/// was found. What the call would have changed is as it was before, unless the call says otherwise.
/// </summary>
public sealed class SnapshotException : Exception
{
    /// <summary>Creates the exception.</summary>
    public SnapshotException()
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    public SnapshotException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What happened.</param>
    /// <param name="innerException">The cause.</param>
    public SnapshotException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    /// <summary>Creates the exception; a store of one's own throws it so.</summary>
    /// <param name="fault">What kind of failure it is.</param>
    /// <param name="file">The file.</param>
    /// <param name="expected">What was expected, as a noun phrase or clause that follows "expected".</param>
    /// <param name="found">What was found, as one that follows "found".</param>
    /// <param name="innerException">The cause, where there is one.</param>
    public SnapshotException(SnapshotFault fault, string file, string expected, string found, Exception? innerException = null)
        : base($"Snapshot file '{file}': expected {expected}, found {found}", innerException)
    {
        (Fault, File, Expected, Found) = (fault, file, expected, found);
    }

    /// <summary>The same failure, of a file of which more is known.</summary>
    /// <param name="fault">The failure; names a file.</param>
    /// <param name="owner">Whose file it is, as a noun phrase that follows "of".</param>
    internal SnapshotException(SnapshotException fault, string owner)
        : base($"Snapshot file '{fault.File}' of {owner}: expected {fault.Expected}, found {fault.Found}", fault)
    {
        (Fault, File, Expected, Found, Owner, IsReplaced) = (fault.Fault, fault.File, fault.Expected, fault.Found, owner, fault.IsReplaced);
    }

    /// <summary>What kind of failure it is.</summary>
    public SnapshotFault Fault { get; }

    /// <summary>Whose file it is; empty where that is not known.</summary>
    internal string Owner { get; } = "";

    /// <summary>
    /// The same failure once more, to be thrown where another thread or a later call is told of it; has this one as its cause.
    /// </summary>
    internal SnapshotException Again() => Owner.Length > 0
        ? new(this, Owner)
        : Expected.Length > 0 ? new(Fault, File, Expected, Found, this) { IsReplaced = IsReplaced } : new(Message, this);

    /// <summary>
    /// Whether the medium has no room: a cause among the inner exceptions is an <see cref="IOException"/> with the system's code for a full
    /// disk or a quota that is used up. A store of one's own says so by such a cause.
    /// </summary>
    public bool IsOutOfRoom => Fault == SnapshotFault.Storage && DiskFaults.IsOutOfRoom(InnerException);

    /// <summary>
    /// Whether another trainer has taken the store over, or begun another chain there: the trainer that gets this must stop.
    /// </summary>
    public bool IsReplaced { get; internal init; }

    /// <summary>The file's name in its store; empty where none is known.</summary>
    public string File { get; } = "";

    /// <summary>What was expected.</summary>
    public string Expected { get; } = "";

    /// <summary>What was found.</summary>
    public string Found { get; } = "";
}
