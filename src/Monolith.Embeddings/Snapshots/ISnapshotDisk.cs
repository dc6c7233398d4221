namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// One folder, by the few operations that <see cref="FileSnapshotStore"/> is made of, so that a simulated disk can fail at each. Failures are
/// <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>. Thread-safe.
/// </summary>
internal interface ISnapshotDisk
{
    /// <summary>Makes the folder, durably, unless it is there.</summary>
    void CreateFolder();

    /// <summary>Makes a file that is not there yet and holds it, as <see cref="IsHeld"/> tells others.</summary>
    IDiskFile Create(string name);

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    IDiskReading Open(string name);

    bool Exists(string name);

    /// <summary>Gives a file another name; another file of that name goes in the same instant, if <paramref name="replace"/>, or is an error.</summary>
    void Rename(string from, string to, bool replace);

    void Delete(string name);

    /// <summary>Makes the folder's entries durable.</summary>
    void FlushFolder();

    /// <summary>All files of the folder; none where there is no folder.</summary>
    IReadOnlyList<StoredFile> List();

    /// <summary>Whether a living process has the file open for writing.</summary>
    bool IsHeld(string name);

    /// <summary>Takes the lock of the folder, across processes; null while another holds it.</summary>
    IDisposable? TryLock();
}
