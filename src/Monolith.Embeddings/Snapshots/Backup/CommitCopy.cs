using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Snapshots.Progress;

namespace Monolith.Embeddings.Snapshots.Backup;

/// <summary>
/// Copies the files of commits from one store to another, those alone that are not there. Each is read whole, and read again from where it
/// was written. Used once.
/// </summary>
/// <param name="source">Where the files are.</param>
/// <param name="target">Where they are to be; may be the source.</param>
/// <param name="trustsNames">Whether a file of the name and the length is taken for the file, without reading it.</param>
/// <param name="progress">Told after each file; null for none.</param>
/// <param name="cancellationToken">Asked before each piece.</param>
internal sealed class CommitCopy(
    SnapshotStore source, SnapshotStore target, bool trustsNames, IProgress<SnapshotProgress>? progress,
    CancellationToken cancellationToken)
{
    private readonly Dictionary<string, SnapshotFileEntry> _copied = new(StringComparer.Ordinal);
    private Dictionary<string, long> _there = [];

    /// <summary>Names of files of the target that are not to be counted on.</summary>
    public IReadOnlyList<string> Going { get; init; } = [];

    /// <summary>
    /// Names of files of the target that may be taken for the file of that name, where they are it; null for all. Where this is not null,
    /// each copy gets another name.
    /// </summary>
    public IReadOnlySet<string>? Kept { get; init; }

    /// <summary>The incarnation that other names are of, see <see cref="SnapshotNames.Again"/>; null for that of the file.</summary>
    public ulong? Incarnation { get; init; }

    /// <summary>Copies what is missing.</summary>
    /// <returns>The commits as the target holds them: a name that was taken there is another.</returns>
    /// <exception cref="SnapshotException">A file is missing or was changed, or a store failed.</exception>
    public async Task<IReadOnlyList<SnapshotCommit>> RunAsync(IEnumerable<SnapshotCommit> commits)
    {
        _there = await NamesAsync(target, cancellationToken).ConfigureAwait(false);
        // Neither to be used nor to be written.
        foreach (var name in Going) _there[name] = -1;
        var copies = new List<SnapshotCommit>();
        foreach (var commit in commits)
        {
            foreach (var file in commit.Files) await CopyAsync(file, commit).ConfigureAwait(false);
            copies.Add(commit with
            {
                Training = _copied[commit.Training.Name],
                Serving = CopyOf(commit.Serving),
                Parts =
                [
                    .. commit.Parts.Select(part => part with { Training = _copied[part.Training.Name], Serving = CopyOf(part.Serving) })
                ],
                Segments = CopiesOf(commit.Segments),
                DroppedSegments = CopiesOf(commit.DroppedSegments),
            });
        }
        return copies;
    }

    /// <summary>The names and lengths of a store's files.</summary>
    public static async Task<Dictionary<string, long>> NamesAsync(SnapshotStore store, CancellationToken cancellationToken)
    {
        var files = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        return files.ToDictionary(file => file.Name, file => file.Length, StringComparer.Ordinal);
    }

    /// <summary>Whether a store has all files that commits name.</summary>
    public static async Task<bool> AreThereAsync(
        SnapshotStore store, IEnumerable<SnapshotCommit> commits, CancellationToken cancellationToken)
    {
        var there = await NamesAsync(store, cancellationToken).ConfigureAwait(false);
        return commits.SelectMany(commit => commit.Files).All(file => there.GetValueOrDefault(file.Name) == file.Length);
    }

    private SnapshotFileEntry? CopyOf(SnapshotFileEntry? file) => file is null ? null : _copied[file.Name];

    // A segment that is dropped was appended by an earlier commit of the chain.
    private SnapshotSegment[] CopiesOf(IEnumerable<SnapshotSegment> segments) =>
        [.. segments.Select(segment => segment with { File = _copied.GetValueOrDefault(segment.File.Name, segment.File) })];

    private async Task CopyAsync(SnapshotFileEntry file, SnapshotCommit commit)
    {
        if (_copied.ContainsKey(file.Name)) return;
        if (!await IsThereAsync(file).ConfigureAwait(false))
            _copied[file.Name] = await WriteAsync(file).ConfigureAwait(false);
        else _copied[file.Name] = file;
        new SnapshotProgressReporter(progress, SnapshotPhase.Copying, file.Name).Report(commit.Rows, commit.Rows);
    }

    private async Task<bool> IsThereAsync(SnapshotFileEntry file)
    {
        if (_there.GetValueOrDefault(file.Name) != file.Length || Kept?.Contains(file.Name) == false) return false;
        if (trustsNames) return true;
        try
        {
            await VerifyAsync(file).ConfigureAwait(false);
            return true;
        }
        catch (SnapshotException exception) when (exception.Fault is SnapshotFault.Damaged or SnapshotFault.Missing && source != target)
        {
            // The source's is to take its place, under another name.
            return false;
        }
    }

    private async Task<SnapshotFileEntry> WriteAsync(SnapshotFileEntry file)
    {
        var copy = Kept is not null || _there.ContainsKey(file.Name) ? Renamed(file) : file;
        try
        {
            await WriteAsync(file, copy).ConfigureAwait(false);
        }
        catch (SnapshotException exception) when (exception.Fault == SnapshotFault.Refused)
        {
            // A store may know that the name was used once.
            copy = Renamed(file);
            await WriteAsync(file, copy).ConfigureAwait(false);
        }
        try
        {
            await VerifyAsync(copy).ConfigureAwait(false);
        }
        catch (SnapshotException exception) when (exception.Fault == SnapshotFault.Damaged)
        {
            await target.DeleteAsync(copy.Name, CancellationToken.None).ConfigureAwait(false);
            throw new SnapshotException(SnapshotFault.Storage, copy.Name, "the bytes that were written to it a moment ago",
                $"others: {exception.Found} The medium of the target cannot be trusted.", exception);
        }
        return copy;
    }

    private SnapshotFileEntry Renamed(SnapshotFileEntry file) => file with { Name = SnapshotNames.Again(file.Name, Incarnation) };

    private async Task WriteAsync(SnapshotFileEntry file, SnapshotFileEntry copy)
    {
        using var from = await source.OpenAsync(file.Name, cancellationToken).ConfigureAwait(false);
        var to = await target.CreateAsync(copy.Name, cancellationToken).ConfigureAwait(false);
        await using var _ = to.ConfigureAwait(false);
        await Task.Run(() => FileBytes.Copy(from, file, to, cancellationToken), cancellationToken).ConfigureAwait(false);
        await to.CommitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task VerifyAsync(SnapshotFileEntry file)
    {
        using var copy = await target.OpenAsync(file.Name, cancellationToken).ConfigureAwait(false);
        await Task.Run(() => FileBytes.Copy(copy, file, Stream.Null, cancellationToken), cancellationToken).ConfigureAwait(false);
    }
}
