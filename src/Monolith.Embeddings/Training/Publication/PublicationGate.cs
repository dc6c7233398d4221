using System.Diagnostics;
using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Diagnostics;
using Monolith.Embeddings.Features;
using Monolith.Embeddings.Snapshots;
using Monolith.Embeddings.Training.Publication;

namespace Monolith.Embeddings.Training;

/// <summary>
/// Stands between a trainer and replicas: says with each commit whether they get it, and why not. A commit that is held back is one to go
/// on from as any other; replicas keep what they have, and the first commit that is not held brings them all that was. A person can hold
/// commits, and let one through. What it knows is part of each commit, so that a trainer that starts again holds what it held. Thread-safe.
/// </summary>
[DebuggerDisplay("{Status.Description}")]
public sealed partial class PublicationGate
{
    /// <summary>The longest reason of <see cref="Hold"/>, in characters: 500.</summary>
    public const int MaxReasonLength = 500;

    private readonly Lock _lock = new();
    private readonly PublicationGateOptions _options;
    private readonly ILogger _log;
    private readonly TimeProvider _time;
    private readonly List<GateTask> _tasks = [];
    private readonly ProbeScores _probe;
    private readonly int _schemaTasks;
    private string? _byHand;
    // Whether a person held or released commits since this was created: what a commit says of it is older.
    private bool _isSaid;
    private bool _isForced, _isForcing, _isHolding, _isHeld;
    private DateTimeOffset? _since;
    private long _heldCommits;
    private ulong _published;

    internal PublicationGate(PublicationGateOptions options, FeatureSchema schema, ILogger log, TimeProvider time)
    {
        (_options, _log, _time, _schemaTasks) = (options, log, time, schema.Tasks.Count);
        _probe = new ProbeScores(options.ChangedBy);
        foreach (var unknown in options.Bounds.Where(bounds => bounds.Task is { } name && schema.Tasks.All(task => task.Name != name)))
        {
            throw new ArgumentException(
                $"{nameof(SynchronizationOptions.Gate)} has bounds of task '{unknown.Task}'; the schema has "
                + $"{string.Join(", ", schema.Tasks.Select(task => $"'{task.Name}'"))}.", nameof(options));
        }
        foreach (var task in schema.Tasks)
        {
            var own = options.Bounds.FirstOrDefault(bounds => bounds.Task == task.Name)
                ?? options.Bounds.FirstOrDefault(bounds => bounds.Task is null);
            if (own is not null) _tasks.Add(new GateTask(task, own));
        }
    }

    /// <summary>How it stands. Read by any thread, also while the trainer runs.</summary>
    public PublicationGateStatus Status
    {
        get
        {
            lock (_lock) return StatusNow();
        }
    }

    /// <summary>Called, by any thread, when what a person said may let a commit through; null for none.</summary>
    internal Action? Wake { get; set; }

    /// <summary>Whether a commit that begins now is not held, by what is known.</summary>
    internal bool LetsThrough
    {
        get
        {
            lock (_lock) return _isForced || (_byHand is null && !Faults().Any());
        }
    }

    /// <summary>
    /// Holds all commits from the next on, until <see cref="Release"/>, also across restarts once a commit was made. May be said before the
    /// trainer runs.
    /// </summary>
    /// <param name="reason">Why, for those who look: not empty, at most <see cref="MaxReasonLength"/> characters.</param>
    /// <exception cref="ArgumentException">The reason is empty or too long.</exception>
    public void Hold(string reason)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(reason);
        if (reason.Length > MaxReasonLength)
            throw new ArgumentException($"The reason has {reason.Length} characters; at most {MaxReasonLength}.", nameof(reason));
        lock (_lock) (_byHand, _isForced, _isSaid) = (reason, false, true);
    }

    /// <summary>
    /// Ends <see cref="Hold"/>: the bounds alone decide again. Where they let it through, what is held comes with a commit that is made at
    /// once, though nothing was learned since.
    /// </summary>
    public void Release()
    {
        lock (_lock) (_byHand, _isSaid) = (null, true);
        Wake?.Invoke();
    }

    /// <summary>
    /// Lets one commit through, whatever holds it: made at once where one is held, and else the next that begins. From then on the bounds
    /// decide, and <see cref="Hold"/>, as before; what replicas got so is what later windows and scores are compared with.
    /// </summary>
    public void PublishNext()
    {
        // Not the one that is being written: it was decided on before.
        lock (_lock) (_isForced, _isForcing) = (true, false);
        Wake?.Invoke();
    }

    /// <summary>Decides on the commit that is being cut.</summary>
    /// <param name="metrics">What was scored in total.</param>
    /// <param name="examples">How many examples were learned.</param>
    /// <param name="probe">The scores of the probe set; empty for none.</param>
    /// <returns>Whether it is held.</returns>
    internal bool Decide(ProgressiveMetrics metrics, long examples, ReadOnlySpan<float> probe)
    {
        lock (_lock)
        {
            var isJudged = examples >= _options.StartAfterExamples;
            foreach (var task in _tasks)
            {
                if (isJudged) task.Judge(metrics.Sums(task.Task), _options.MinExamples);
                else task.Begin(metrics.Sums(task.Task));
            }
            _probe.Judge(probe);
            PublicationMeter.Judged(_probe.ChangedShare);
            _isForcing = _isForced;
            _isHolding = !_isForced && (_byHand is not null || (isJudged && Faults().Any()));
            if (!_isHolding) _tasks.ForEach(task => task.BeginPublish(_isForcing));
            return _isHolding;
        }
    }

    /// <summary>Takes note of a commit that is durable: that which was decided on.</summary>
    internal void Committed(SnapshotCommit commit)
    {
        lock (_lock)
        {
            var (wasHeld, held, since) = (_isHeld, _heldCommits, _since);
            _isHeld = commit.IsHeld;
            PublicationMeter.Committed(_isHeld);
            if (_isHeld)
            {
                _heldCommits++;
                _since ??= _time.GetUtcNow();
                if (!wasHeld) _log.PublicationHeld(commit.Number, _published, StatusNow().Reason);
                return;
            }
            if (_isForcing) (_isForced, _isForcing) = (false, false);
            _tasks.ForEach(task => task.Publish());
            _probe.Publish();
            (_heldCommits, _since, _published) = (0, null, commit.Number);
            if (wasHeld) _log.PublicationResumed(commit.Number, held, since ?? default);
        }
    }

    private IEnumerable<PublicationFault> Faults()
    {
        var faults = _tasks.SelectMany(task => task.Faults);
        if (_options.Probe is null || !(_probe.ChangedShare > _options.MaxChangedShare)) return faults;
        return faults.Append(new()
        {
            Measure = PublicationMeasure.ChangedShare,
            Value = _probe.ChangedShare!.Value,
            Bound = _options.MaxChangedShare,
        });
    }

    private PublicationGateStatus StatusNow() => new()
    {
        IsHeld = _isHeld,
        Since = _since,
        HeldCommits = _heldCommits,
        HeldByHand = _byHand,
        PublishedNumber = _published,
        Faults = [.. Faults()],
        Windows = [.. _tasks.Select(task => task.Window).OfType<PublicationWindow>()],
        ChangedShare = _probe.ChangedShare,
    };
}
