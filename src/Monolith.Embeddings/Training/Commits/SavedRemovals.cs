using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Snapshots.Audit;
using Monolith.Embeddings.Tables.Observing;

namespace Monolith.Embeddings.Training.Commits;

/// <summary>
/// How commits hold the removals of rows: in segments of a sixteenth of what is kept. The newest is written again with what came since,
/// until it is full; the oldest is dropped. One commit at a time.
/// </summary>
/// <param name="audit">The removals that no commit has; null where none are audited: what an earlier trainer saved stays.</param>
internal sealed class SavedRemovals(RemovalAudit? audit)
{
    // What is to be forgotten with the next commit; a commit that failed has not done it.
    private readonly List<(string Table, Func<long, bool> IsForgotten)> _forgotten = [];
    // Of a commit that is being written, or that failed.
    private readonly List<SnapshotSegment> _written = [];
    private RemovalPiece? _newest;
    private (long Last, int Forgotten) _begun;

    private int SegmentEntries => Math.Max(1, audit!.Most / RemovalAuditOptions.SavedShare);

    /// <summary>Has the next commit forget ids, in what earlier commits hold too.</summary>
    public void Forget(string table, Func<long, bool> isForgotten)
    {
        audit?.Forget(table, isForgotten);
        _forgotten.Add((table, isForgotten));
    }

    /// <summary>Goes on from what a commit holds.</summary>
    public void GoOnFrom(IEnumerable<SnapshotSegment> living) => audit?.GoOnAfter(LastOf(RemovalSegments.Of(living)));

    /// <summary>Writes what is new in the cut, and says what the commit does to the segments.</summary>
    /// <exception cref="SnapshotException">The store failed.</exception>
    public async Task<(IReadOnlyList<SnapshotSegment> Appended, IReadOnlyList<SnapshotSegment> Dropped)> SaveAsync(
        SnapshotChain chain, CancellationToken cancellationToken)
    {
        var living = RemovalSegments.Of(chain.Segments);
        await DiscardFailedAsync(chain, living, cancellationToken).ConfigureAwait(false);
        var added = audit?.AtCut(after: LastOf(living)) ?? [];
        _begun = (added.Length > 0 ? added[^1].Number : LastOf(living), _forgotten.Count);
        var pieces = living.Select(segment => new RemovalPiece(segment)).ToList();
        await ForgetAsync(pieces, chain, cancellationToken).ConfigureAwait(false);
        if (added.Length > 0) await AddAsync(pieces, added, chain, cancellationToken).ConfigureAwait(false);
        DropOldest(pieces);
        foreach (var piece in pieces.Where(piece => piece.Segment is null))
        {
            piece.Segment = await WriteAsync(chain, piece, cancellationToken).ConfigureAwait(false);
            _written.Add(piece.Segment);
        }
        _newest = pieces.LastOrDefault();
        return ([.. _written], [.. living.Where(segment => !pieces.Exists(piece => piece.Segment == segment))]);
    }

    /// <summary>Says that the commit is durable.</summary>
    public void End()
    {
        audit?.Release(_begun.Last);
        _forgotten.RemoveRange(0, _begun.Forgotten);
        _written.Clear();
        _begun = default;
    }

    private static long LastOf(List<SnapshotSegment> segments) =>
        segments.Count == 0 ? 0 : RemovalSegments.PartsOf(segments[^1]).Last;

    private static async Task<SnapshotSegment> WriteAsync(SnapshotChain chain, RemovalPiece piece, CancellationToken cancellationToken)
    {
        var bytes = RemovalFormat.Write(piece.Removals!);
        return await chain.WriteSegmentAsync(
            RemovalSegments.Section, RemovalSegments.NameOf(piece.Last, piece.Count),
            async (stream, token) => await stream.WriteAsync(bytes, token).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);
    }

    // Those of a commit whose answer was lost may live; their files stay.
    private async ValueTask DiscardFailedAsync(SnapshotChain chain, List<SnapshotSegment> living, CancellationToken cancellationToken)
    {
        if (_written.Count == 0) return;
        await chain.DiscardSegmentsAsync(_written.Except(living), cancellationToken).ConfigureAwait(false);
        _written.Clear();
    }

    private async ValueTask ForgetAsync(List<RemovalPiece> pieces, SnapshotChain chain, CancellationToken cancellationToken)
    {
        if (_forgotten.Count == 0) return;
        foreach (var piece in pieces)
        {
            await ReadAsync(piece, chain, cancellationToken).ConfigureAwait(false);
            piece.Keep(removal => !_forgotten.Exists(one => one.Table == removal.Table && one.IsForgotten(removal.Row.Id)));
        }
        pieces.RemoveAll(piece => piece.Count == 0);
    }

    private async ValueTask AddAsync(
        List<RemovalPiece> pieces, AuditedRemoval[] added, SnapshotChain chain, CancellationToken cancellationToken)
    {
        List<AuditedRemoval> all = [.. added];
        if (pieces is [.., var last] && last.Count < SegmentEntries)
        {
            await ReadAsync(last, chain, cancellationToken).ConfigureAwait(false);
            all.InsertRange(0, last.Removals!);
            pieces.RemoveAt(pieces.Count - 1);
        }
        pieces.AddRange(all.Chunk(SegmentEntries).Select(removals => new RemovalPiece([.. removals])));
    }

    private void DropOldest(List<RemovalPiece> pieces)
    {
        if (audit is null) return;
        for (var count = pieces.Sum(piece => (long)piece.Count); count > audit.Most; pieces.RemoveAt(0)) count -= pieces[0].Count;
    }

    private async ValueTask ReadAsync(RemovalPiece piece, SnapshotChain chain, CancellationToken cancellationToken)
    {
        if (piece.Removals is not null) return;
        piece.Removals = piece.Segment == _newest?.Segment
            ? _newest!.Removals
            : null;
        piece.Removals ??= await RemovalSegments.ReadAsync(chain.Store, chain.Id, piece.Segment!, cancellationToken).ConfigureAwait(false);
    }
}
