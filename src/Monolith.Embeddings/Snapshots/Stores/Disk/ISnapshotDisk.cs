namespace Monolith.Embeddings.Snapshots.Stores.Disk;

/// <summary>
/// One folder, by the few operations that <see cref="FileSnapshotStore"/> is made of, so that a simulated disk can fail at each. Failures
/// are <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>. Thread-safe.
/// </summary>
internal interface ISnapshotDisk
{
    /// <summary>How many bytes the disk has left for this process; null where that is not known.</summary>
    long? FreeBytes { get; }

    /// <summary>Makes the folder, durably, unless it is there.</summary>
    void CreateFolder();

    /// <summary>Makes a file that is not there yet, and holds it against <see cref="TryDeleteAbandoned"/>.</summary>
    /// <exception cref="FileTakenException">It was deleted before it was held; try another name.</exception>
    IDiskFile Create(string name);

    /// <summary>Opens a file for reading.</summary>
    /// <exception cref="FileNotFoundException">There is none.</exception>
    IDiskReading Open(string name);

    bool Exists(string name);

    /// <summary>
    /// Gives a file another name; another file of that name goes in the same instant, if <paramref name="replace"/>, or is an error.
    /// </summary>
    void Rename(string from, string to, bool replace);

    void Delete(string name);

    /// <summary>Makes the folder's entries durable.</summary>
    void FlushFolder();

    /// <summary>All files of the folder but those whose names begin with a dot; none where there is no folder.</summary>
    IReadOnlyList<StoredFile> List();

    /// <summary>
    /// Deletes a file, unless a living process holds it: in one step, so that no process can begin to hold it in between.
    /// </summary>
    /// <returns>Whether it was deleted.</returns>
    bool TryDeleteAbandoned(string name);

    /// <summary>Takes the lock of the folder, across processes; null while another holds it.</summary>
    IDisposable? TryLock();
}
