using System.Diagnostics;
using Monolith.Embeddings.Snapshots.Manifest;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Snapshots;

/// <summary>
/// What a store holds: one chain of commits, in order, and the incarnation of the trainer that may add to it. Immutable: each change is a
/// new manifest, which counts once it has replaced the old one in the store. Thread-safe.
/// </summary>
/// <remarks>
/// The rules of a chain: it begins with a full. A delta goes on where the commit before ended: its number is one more and its
/// <see cref="SnapshotCommit.From"/> is that one's <see cref="SnapshotCommit.To"/>, and it names that one's identity. A full follows as the
/// next number with a later cut, or, made by compaction, stands behind the commit whose number, cut and identity it has. Incarnations never
/// go down. No file of tables occurs twice; the file of a segment stays that segment's.
/// </remarks>
[DebuggerDisplay("Chain {Chain}, incarnation {Incarnation}, {Commits.Count} commits")]
public sealed class SnapshotManifest
{
    internal SnapshotManifest(
        Guid chain, ulong incarnation, IReadOnlyList<SnapshotCommit> commits, Guid trainer = default, SnapshotSuccessor? successor = null)
    {
        (Chain, Incarnation, Commits, Trainer, Successor) = (chain, incarnation, commits, trainer, successor);
    }

    /// <summary>The chain: 128 random bits that its creator chose. Every file carries them.</summary>
    public Guid Chain { get; }

    /// <summary>How many trainers have held the chain, one after the other; at least 1. Only the last may append.</summary>
    public ulong Incarnation { get; }

    /// <summary>
    /// The identity of the trainer that holds the chain: 128 random bits that it chose, since two trainers may have one number after a
    /// store was set back. Empty in chains of format version 1.
    /// </summary>
    public Guid Trainer { get; }

    /// <summary>
    /// The last sign of life of the trainer that holds the chain, not counting commits; null where it wrote none yet, or writes none
    /// (<see cref="Training.SynchronizationOptions.HeartbeatEvery"/>).
    /// </summary>
    public SnapshotHeartbeat? Heartbeat { get; private init; }

    /// <summary>
    /// Where the chain goes on since it was migrated to another schema; null where it was not, or a trainer took the chain over again.
    /// </summary>
    public SnapshotSuccessor? Successor { get; }

    /// <summary>The commits, oldest first.</summary>
    public IReadOnlyList<SnapshotCommit> Commits { get; }

    /// <summary>The newest commit; null while there is none.</summary>
    public SnapshotCommit? Newest => Commits.Count > 0 ? Commits[^1] : null;

    /// <summary>What a reader that has nothing loads: the newest full, and the deltas after it. Empty while there is no commit.</summary>
    public IEnumerable<SnapshotCommit> NewestChain => Commits.Skip(NewestFullBefore(Commits.Count));

    /// <summary>
    /// What a replica that has nothing loads: the newest full that was not held back from replicas, and all that follows it. Empty while
    /// there is none.
    /// </summary>
    internal IEnumerable<SnapshotCommit> ServedChain => NewestServedFull is { } full ? Commits.Skip(full) : [];

    /// <summary>
    /// What must stay together so that both training and replicas go on: <see cref="NewestChain"/> and <see cref="ServedChain"/>.
    /// </summary>
    internal IEnumerable<SnapshotCommit> WholeChain =>
        Commits.Skip(Math.Min(NewestFullBefore(Commits.Count), NewestServedFull ?? Commits.Count));

    /// <summary>The manifest as if the newest commit that replicas got were the newest; null where they got none.</summary>
    internal SnapshotManifest? Published
    {
        get
        {
            var end = Commits.Count;
            while (end > 0 && Commits[end - 1].IsHeld) end--;
            if (end == Commits.Count) return this;
            return end == 0 ? null : new(Chain, Incarnation, [.. Commits.Take(end)], Trainer, Successor) { Heartbeat = Heartbeat };
        }
    }

    /// <summary>All files that the commits name, each once.</summary>
    public IEnumerable<SnapshotFileEntry> Files => Commits.SelectMany(c => c.Files).Distinct();

    /// <summary>The segments of incremental sections that live at a commit, in ordinal order of section and name.</summary>
    /// <param name="commit">A commit of the manifest.</param>
    /// <exception cref="ArgumentException">The manifest does not have the commit.</exception>
    public IReadOnlyList<SnapshotSegment> SegmentsOf(SnapshotCommit commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        for (var i = 0; i < Commits.Count; i++)
        {
            if (Commits[i] == commit) return SnapshotSegmentRules.LivingAt(Commits.Take(i + 1).Skip(NewestFullBefore(i + 1)));
        }
        throw new ArgumentException($"The manifest has no such commit {commit.Number}.", nameof(commit));
    }

    /// <summary>Begins a chain, without a commit, at incarnation 1.</summary>
    /// <param name="chain">Random bits, not all zero.</param>
    /// <param name="trainer">Random bits that tell the trainer from others.</param>
    /// <exception cref="ArgumentException"><paramref name="chain"/> is empty.</exception>
    public static SnapshotManifest Begin(Guid chain, Guid trainer = default)
    {
        if (chain == Guid.Empty) throw new ArgumentException("A chain needs a random identity, and this one is all zero.", nameof(chain));
        return new SnapshotManifest(chain, 1, [], trainer);
    }

    /// <summary>Reads a manifest.</summary>
    /// <param name="bytes">What <see cref="ToBytes"/> wrote, to the bit.</param>
    /// <exception cref="SnapshotException">
    /// They are not: cut short, changed, of another version, or of a chain that breaks the rules.
    /// </exception>
    public static SnapshotManifest Parse(ReadOnlySpan<byte> bytes) => ManifestReader.Read(bytes);

    /// <summary>Writes the manifest as readable JSON, with a checksum over all its other bytes.</summary>
    public byte[] ToBytes() => ManifestWriter.Write(this);

    /// <summary>Hands the chain to another trainer: from then on the one before can append no more.</summary>
    /// <param name="trainer">Random bits that tell the trainer from others.</param>
    public SnapshotManifest TakeOver(Guid trainer = default) => new(Chain, checked(Incarnation + 1), Commits, trainer);

    /// <summary>Takes a sign of life of the trainer that holds the chain.</summary>
    /// <param name="trainer">The trainer's identity.</param>
    /// <param name="heartbeat">The sign.</param>
    /// <exception cref="SnapshotException">Another trainer holds the chain.</exception>
    internal SnapshotManifest Beat(Guid trainer, SnapshotHeartbeat heartbeat)
    {
        if (trainer == Trainer) return new(Chain, Incarnation, Commits, Trainer) { Heartbeat = heartbeat };
        throw new SnapshotException(SnapshotFault.Refused, Stores.Disk.DiskManifest.Name, $"trainer {trainer}",
            $"trainer {Trainer}: another one has taken the store over. Stop this one.")
        {
            IsReplaced = true,
        };
    }

    /// <summary>As a reader finds it that was written with a sign of life.</summary>
    internal SnapshotManifest With(SnapshotHeartbeat? heartbeat) =>
        new(Chain, Incarnation, Commits, Trainer, Successor) { Heartbeat = heartbeat };

    /// <summary>Says where the chain goes on: from then on the trainer that holds it can append no more.</summary>
    /// <param name="successor">The chain of the other schema.</param>
    /// <param name="trainer">Random bits, which no trainer has.</param>
    internal SnapshotManifest MoveOn(SnapshotSuccessor successor, Guid trainer) =>
        new(Chain, checked(Incarnation + 1), Commits, trainer, successor);

    /// <summary>Adds the next commit.</summary>
    /// <param name="commit">A commit of this incarnation that goes on where the newest one ended; the first is a full.</param>
    /// <exception cref="SnapshotException">It breaks a rule of the chain, or its trainer was replaced.</exception>
    public SnapshotManifest Append(SnapshotCommit commit)
    {
        ArgumentNullException.ThrowIfNull(commit);
        if (commit.Incarnation != Incarnation)
        {
            throw ManifestRules.Replaced(commit, $"a commit of incarnation {Incarnation}",
                $"one of incarnation {commit.Incarnation}. Another trainer or a restore has taken the chain over: stop this one.");
        }
        if (commit.Trainer != Guid.Empty && commit.Trainer != Trainer)
        {
            throw ManifestRules.Replaced(commit, $"a commit of trainer {Trainer}",
                $"one of trainer {commit.Trainer}. The store was set back, and another trainer has taken it over: stop this one.");
        }
        if (Newest is { } newest && commit.Number == newest.Number)
            throw ManifestRules.Refused(commit, $"commit {newest.Number + 1}", $"{commit.Number} again.");
        return With([.. Commits, commit]);
    }

    /// <summary>
    /// Adds a full that compaction made of older commits, behind the commit that it stands for. Older ones stay until <see cref="Retain"/>
    /// drops them.
    /// </summary>
    /// <param name="full">The full, with the number, incarnation and cut of that commit.</param>
    /// <exception cref="SnapshotException">There is no such commit, or it is a full already.</exception>
    public SnapshotManifest Compact(SnapshotCommit full)
    {
        ArgumentNullException.ThrowIfNull(full);
        var at = Commits.TakeWhile(c => c.Number <= full.Number).Count();
        if (full.Kind != SnapshotKind.Full) throw ManifestRules.Refused(full, "a full", "a delta. Compaction makes fulls.");
        if (at == 0 || Commits[at - 1].Number != full.Number)
            throw ManifestRules.Refused(full, $"the number of a commit of the chain", $"{full.Number}, which it does not have.");
        return With([.. Commits.Take(at), full, .. Commits.Skip(at)]);
    }

    /// <summary>Drops old commits. Their files may be deleted once this manifest has replaced the old one.</summary>
    /// <param name="retention">Which ones stay.</param>
    /// <param name="now">The time at which ages are taken.</param>
    /// <exception cref="Microsoft.Extensions.Options.OptionsValidationException">
    /// Options cannot be used; lists all that is wrong.
    /// </exception>
    public SnapshotManifest Retain(SnapshotRetention retention, DateTimeOffset now)
    {
        OptionErrors.ThrowIfInvalid(retention);
        var oldest = Math.Max(0, Commits.Count - retention.Commits);
        for (var i = 0; i < oldest; i++)
        {
            if (now - Commits[i].Created < retention.Age) oldest = i;
        }
        var full = NewestFullBefore(Commits.Count);
        var fullBytes = full < Commits.Count ? Commits[full].Files.Sum(file => file.Length) : 0;
        var first = Math.Max(NewestFullBefore(oldest + 1), FirstWithin(retention.BoundOf(fullBytes)));
        first = Math.Min(first, Math.Max(NewestFullBefore(FirstOwed + 1), FirstWithin(retention.BoundOfOwed(fullBytes))));
        var pinned = retention.Pinned is { } identity ? Commits.TakeWhile(commit => commit.Identity != identity).Count() : Commits.Count;
        if (pinned < Commits.Count) first = Math.Min(first, NewestFullBefore(pinned + 1));
        // What replicas got last, they get whatever is held back since.
        first = Math.Min(first, NewestServedFull ?? first);
        return new SnapshotManifest(Chain, Incarnation, [.. Commits.Skip(first)], Trainer, Successor) { Heartbeat = Heartbeat };
    }

    /// <summary>
    /// What a commit is restored from: the newest full before or of its number, and the deltas after that up to it; from an earlier full on
    /// where replicas did not get that one.
    /// </summary>
    /// <param name="number">The commit's number.</param>
    /// <exception cref="SnapshotException">The manifest has no such commit.</exception>
    internal IReadOnlyList<SnapshotCommit> ChainOf(ulong number) => [.. Until(number).WholeChain];

    /// <summary>The manifest as if the commit were the newest.</summary>
    /// <param name="number">The commit's number.</param>
    /// <exception cref="SnapshotException">The manifest has no such commit.</exception>
    internal SnapshotManifest Until(ulong number)
    {
        for (var i = Commits.Count; i > 0; i--)
        {
            if (Commits[i - 1].Number != number) continue;
            return new(Chain, Incarnation, [.. Commits.Take(i)], Trainer, Successor) { Heartbeat = Heartbeat };
        }
        var range = Commits.Count > 0 ? $"{Commits[0].Number} to {Commits[^1].Number}" : "none";
        throw new SnapshotException(
            SnapshotFault.Missing, Stores.Disk.DiskManifest.Name, $"commit {number}", $"{range}: it was not made, or dropped as old.");
    }

    /// <summary>
    /// What a replica that holds a commit takes next: the delta that goes on from it, or a full that is held, which brings nothing; null
    /// where there is neither.
    /// </summary>
    internal SnapshotCommit? NextOf(ulong number, Guid identity, ulong to)
    {
        var next = Commits.FirstOrDefault(commit => commit.Number == number + 1);
        if (next is null || next.GoesOnFrom(identity, to)) return next;
        var isBehind = next.IsHeldFull && Commits.Any(commit => commit.Number == number && commit.Identity == identity);
        return isBehind ? next : null;
    }

    // Where the first commit stands whose changes of a table replicas did not get yet.
    private int FirstOwed
    {
        get
        {
            var since = TableVersions.OfFollowing(Commits).Behind.Values.DefaultIfEmpty(ulong.MaxValue).Min();
            return Commits.TakeWhile(commit => commit.Number <= since).Count();
        }
    }

    // Where the oldest full stands that takes, with all after it, no more bytes than may stay; the newest full where none does.
    private int FirstWithin(long most)
    {
        var first = NewestFullBefore(Commits.Count);
        if (first == 0) return 0;
        var bytes = 0L;
        var files = new HashSet<SnapshotFileEntry>();
        for (var i = Commits.Count - 1; i >= 0; i--)
        {
            bytes += Commits[i].Files.Where(files.Add).Sum(file => file.Length);
            if (bytes > most) break;
            if (Commits[i].Kind == SnapshotKind.Full) first = Math.Min(first, i);
        }
        return first;
    }

    private int? NewestServedFull
    {
        get
        {
            for (var i = Commits.Count - 1; i >= 0; i--)
            {
                if (Commits[i].Kind == SnapshotKind.Full && !Commits[i].IsHeld) return i;
            }
            return null;
        }
    }

    // Where the newest full among the first commits stands; 0 where there is none.
    private int NewestFullBefore(int end)
    {
        for (var i = Math.Min(end, Commits.Count) - 1; i > 0; i--)
        {
            if (Commits[i].Kind == SnapshotKind.Full) return i;
        }
        return 0;
    }

    private SnapshotManifest With(SnapshotCommit[] commits)
    {
        var changed = new SnapshotManifest(Chain, Incarnation, commits, Trainer, Successor) { Heartbeat = Heartbeat };
        ManifestRules.Check(changed);
        return changed;
    }
}
