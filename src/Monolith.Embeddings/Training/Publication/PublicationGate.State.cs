using Microsoft.Extensions.Logging.Abstractions;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training.Publication;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

public sealed partial class PublicationGate
{
    /// <summary>The name of the section.</summary>
    internal const string Section = "gate";

    private const int Version = 1, MaxNameBytes = 4096, MaxReasonBytes = 4 * MaxReasonLength;

    /// <summary>What the commit that is being cut holds of the gate: how it stands where that becomes durable.</summary>
    internal byte[] Save()
    {
        lock (_lock)
        {
            var fields = new FieldWriter();
            fields.Int32(Version);
            fields.Text(_byHand ?? "", MaxReasonBytes);
            fields.Int64(_isHolding ? (_since ?? _time.GetUtcNow()).UtcTicks : 0);
            fields.Int64(_isHolding ? _heldCommits + 1 : 0);
            fields.UInt64(_published);
            fields.List(_tasks, (to, task) =>
            {
                to.Text(task.Task.Name, MaxNameBytes);
                task.Save(to, isPublished: !_isHolding);
            });
            _probe.Save(fields, isPublished: !_isHolding);
            return fields.Written.ToArray();
        }
    }

    /// <summary>What a commit holds, without what is counted by its tasks: what a person said, and since when how much is held.</summary>
    /// <param name="section">What the commit holds of the gate.</param>
    /// <param name="schema">The schema that it was made of.</param>
    /// <exception cref="InvalidDataException">The bytes are no state of a gate.</exception>
    internal static byte[] WithoutTasks(ReadOnlyMemory<byte> section, FeatureSchema schema)
    {
        var gate = new PublicationGate(new(), schema, NullLogger.Instance, TimeProvider.System);
        gate.Load(section.Span);
        var fields = new FieldWriter();
        fields.Int32(Version);
        fields.Text(gate._byHand ?? "", MaxReasonBytes);
        fields.Int64(gate._since?.UtcTicks ?? 0);
        fields.Int64(gate._heldCommits);
        fields.UInt64(gate._published);
        fields.List<GateTask>([], static (_, _) => { });
        new ProbeScores(gate._options.ChangedBy).Save(fields, isPublished: false);
        return fields.Written.ToArray();
    }

    /// <summary>Goes on from a commit.</summary>
    /// <param name="section">What the commit holds of the gate; null for nothing: there was none.</param>
    /// <param name="commit">The commit.</param>
    /// <param name="metrics">What was scored until then.</param>
    /// <exception cref="InvalidDataException">The bytes are no state of a gate.</exception>
    internal void Load(ReadOnlyMemory<byte>? section, SnapshotCommit commit, ProgressiveMetrics metrics)
    {
        lock (_lock)
        {
            // A task that had no bounds until now begins here.
            _tasks.ForEach(task => task.Begin(metrics.Sums(task.Task)));
            if (section is { } bytes) Load(bytes.Span);
            _isHeld = commit.IsHeld;
            if (!commit.IsHeld) (_published, _heldCommits, _since) = (commit.Number, 0, null);
            else _since ??= commit.Created;
            // What a person said stands, except what was let through already.
            (_isForced, _isForcing) = (_isForced && !(_isForcing && !commit.IsHeld), false);
        }
    }

    private void Load(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var fields = new FieldReader(bytes);
            if (fields.Int32() is var version && version != Version)
                throw new FormatException($"It is of version {version}; known is {Version}.");
            var reason = fields.Text(MaxReasonBytes);
            if (!_isSaid) _byHand = reason.Length > 0 ? reason : null;
            _since = fields.Int64() is > 0 and var since ? new DateTimeOffset(since, TimeSpan.Zero) : null;
            (_heldCommits, _published) = (fields.Int64(), fields.UInt64());
            for (var left = fields.Count(int.MaxValue, "tasks"); left > 0; left--) LoadTask(ref fields);
            _probe.Load(ref fields, _schemaTasks);
            fields.End();
        }
        catch (Exception exception) when (exception is FormatException or ArgumentOutOfRangeException)
        {
            throw new InvalidDataException($"The state of the gate cannot be read. {exception.Message}", exception);
        }
    }

    // One that has no bounds any more is read over.
    private void LoadTask(ref FieldReader fields)
    {
        var name = fields.Text(MaxNameBytes);
        var task = _tasks.Find(task => task.Task.Name == name) ?? new GateTask(null!, new());
        task.Load(ref fields);
    }
}
