using Monolith.Embeddings.Diagnostics;

namespace Monolith.Embeddings.Streams;

/// <summary>
/// What a joiner has done and how far it has come. The counts are of the stream from its start to where the joiner is: what is read again
/// after a restart is not counted again.
/// </summary>
public readonly record struct OnlineJoinerStatus
{
    // Null in the default.
    private readonly ValueList<string>? _logsWithoutRecords;
    private readonly ValueList<JoinerDecision>? _decisions;

    /// <summary>Examples with an action, late positives left out.</summary>
    public long Joined { get; init; }

    /// <summary>Examples without an action: what a window saw none for, and fake negatives.</summary>
    public long Defaults { get; init; }

    /// <summary>Positives of actions that came after the close, marked late.</summary>
    public long LatePositives { get; init; }

    /// <summary>Impressions dropped since the same one, of one key and one time, was there.</summary>
    public long Duplicates { get; init; }

    /// <summary>Actions dropped since the same one, of one key, time, task and value, was there.</summary>
    public long DuplicateActions { get; init; }

    /// <summary>Impressions dropped since another one of their key was open or remembered.</summary>
    public long Conflicts { get; init; }

    /// <summary>Actions that met no impression.</summary>
    public long Unmatched { get; init; }

    /// <summary>Actions that met an impression after its close, and made no late positive.</summary>
    public long AfterClose { get; init; }

    /// <summary>Records dropped since they lay farther behind their partition than the allowed lateness.</summary>
    public long Late { get; init; }

    /// <summary>Records dropped since they lay far ahead of their partition, and nothing confirmed their times.</summary>
    public long FarAhead { get; init; }

    /// <summary>Labels that were clamped to 0 to 1.</summary>
    public long Clamped { get; init; }

    /// <summary>
    /// Impressions dropped since an id of theirs was forgotten (<c>OnlineTrainer.ForgetAsync</c>): those that were open or remembered then,
    /// and those that came later.
    /// </summary>
    public long Forgotten { get; init; }

    /// <summary>Impressions whose window is open now.</summary>
    public long OpenImpressions { get; init; }

    /// <summary>Records that wait now, in memory, until no earlier one can come.</summary>
    public long WaitingRecords { get; init; }

    /// <summary>Partitions that are not read on now, since they are too far ahead of others.</summary>
    public int HeldPartitions { get; init; }

    /// <summary>
    /// The partition that the others wait for now; null where all have ended, or before the first reading.
    /// </summary>
    public string? SlowestPartition { get; init; }

    /// <summary>
    /// Everything before this event time is processed or about to be; null before each partition has brought a record, and when all have
    /// ended.
    /// </summary>
    public DateTimeOffset? Watermark { get; init; }

    /// <summary>
    /// The logs that have not ended and brought no record yet, neither in this reading nor before the position that it began at. Each holds
    /// the others: where it stays here, its file is perhaps not where the joiner looks for it (event 5002).
    /// </summary>
    public IReadOnlyList<string> LogsWithoutRecords
    {
        get => _logsWithoutRecords ?? ValueList<string>.Empty;
        init => _logsWithoutRecords = new ValueList<string>(value);
    }

    /// <summary>
    /// How often the clock passed over a silent partition (<see cref="OnlineJoinerOptions.SilentAfter"/>). A silence counts once, however
    /// often it is raised while the others go on. More than 0 is not reproducible.
    /// </summary>
    public long ClockDecisions { get; init; }

    /// <summary>
    /// How often the greatest time of a partition was found wrong, and set back. Which records are late behind it depends on how far the
    /// others were processed by then: more than 0 is not reproducible.
    /// </summary>
    public long SetBacks { get; init; }

    /// <summary>
    /// Whether another run over the same logs, from their beginning, gives the same: nothing was decided that the logs alone do not tell.
    /// Going on from a commit gives the same in any case, except what is decided after it.
    /// </summary>
    public bool IsReproducible => ClockDecisions == 0 && SetBacks == 0;

    /// <summary>
    /// The decisions that the commits hold, in the order in which they were made: all that going on needs, and of the others the last 100.
    /// How many older ones were dropped is <see cref="ClockDecisions"/> and <see cref="SetBacks"/> less these.
    /// </summary>
    public IReadOnlyList<JoinerDecision> Decisions
    {
        get => _decisions ?? ValueList<JoinerDecision>.Empty;
        init => _decisions = new ValueList<JoinerDecision>(value);
    }

    /// <summary>The bytes of open and remembered impressions and actions in memory, what finds them included.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>The bytes of open and remembered impressions and actions in scratch files.</summary>
    public long DiskBytes { get; init; }

    /// <summary>How many look-ups of single records read a scratch file.</summary>
    public long DiskReads { get; init; }

    /// <inheritdoc />
    public override string ToString() => RecordText.Of(nameof(OnlineJoinerStatus), PrintMembers);
}
