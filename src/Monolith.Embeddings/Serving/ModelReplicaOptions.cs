using Microsoft.Extensions.Logging;
using Monolith.Embeddings.Memory;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.Rows;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Serving;

/// <summary>How a <see cref="ModelReplica"/> holds and follows a model.</summary>
public sealed class ModelReplicaOptions : IValidatedOptions
{
    /// <summary>The shortest time between two looks at a store: 1 ms.</summary>
    public static readonly TimeSpan ShortestPoll = TimeSpan.FromMilliseconds(1);

    /// <summary>The longest time between two looks at a store: a day.</summary>
    public static readonly TimeSpan LongestPoll = TimeSpan.FromDays(1);

    /// <summary>
    /// How weights are held: <see cref="RowFormat.Float32"/> (the default), <see cref="RowFormat.Float16"/>, or
    /// <see cref="RowFormat.Int8"/> with a step and an offset a row and segment. Segments of one or two weights stay floats in
    /// <see cref="RowFormat.Int8"/>, which are shorter.
    /// </summary>
    public RowFormat Precision { get; set; }

    /// <summary>
    /// How often the store is asked for new commits: <see cref="ShortestPoll"/> to <see cref="LongestPoll"/>, or
    /// <see cref="Timeout.InfiniteTimeSpan"/> for never. Default one second.
    /// </summary>
    public TimeSpan PollEvery { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>
    /// How much memory the tables may take, in bytes, at least 1 MiB. Where a chain must be loaded again it is loaded beside the tables
    /// that serve meanwhile, and needs as much again. Default: half of what the process may use on this machine or in this container.
    /// </summary>
    public long MemoryLimitBytes { get; set; } = AvailableMemory.Bytes / 2;

    /// <summary>
    /// How many threads load the first tables: 1 to <see cref="OnlineModelOptions.MaxThreads"/>, or -1 (the default) for as many as the
    /// machine has processors. What comes later is read and applied by one, so that predictions have the others.
    /// </summary>
    public int MaxDegreeOfParallelism { get; set; } = -1;

    /// <summary>
    /// What the replica does where its store has no commit yet. Default <see cref="ReplicaStartup.RequireCommit"/>: it is not opened.
    /// </summary>
    public ReplicaStartup Startup { get; set; }

    /// <summary>
    /// The number of the commit that the replica is opened at and pinned to, at least 1, as by <see cref="ModelReplica.PinAsync"/>; null
    /// (the default) for the newest, which it then follows. What keeps a replica at its commit across a restart of its process.
    /// </summary>
    public ulong? Commit { get; set; }

    /// <summary>
    /// What metrics call it (tag <c>replica</c>), not empty. Default <c>replica</c>; give those of one process different names.
    /// </summary>
    public string Name { get; set; } = "replica";

    /// <summary>
    /// Where <see cref="PredictionRequest.Log(long)"/> writes what was served; owned by the caller. Null (the default) for nowhere.
    /// </summary>
    public ServedLog? ServedLog { get; set; }

    /// <summary>Where the replica logs, see <c>docs/operations/logs.md</c>; null (the default) for nowhere, which costs nothing.</summary>
    public ILogger? Logger { get; set; }

    // A replica that never polls waits for the first commit too.
    internal TimeSpan WaitEvery => PollEvery == Timeout.InfiniteTimeSpan ? TimeSpan.FromSeconds(1) : PollEvery;

    internal int Threads => MaxDegreeOfParallelism == -1 ? Environment.ProcessorCount : MaxDegreeOfParallelism;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        errors.Require(Precision is RowFormat.Float32 or RowFormat.Float16 or RowFormat.Int8, nameof(Precision),
            $"{Precision} is none of {nameof(RowFormat.Float32)}, {nameof(RowFormat.Float16)} and {nameof(RowFormat.Int8)}.");
        errors.Require(PollEvery == Timeout.InfiniteTimeSpan || (PollEvery >= ShortestPoll && PollEvery <= LongestPoll), nameof(PollEvery),
            $"{PollEvery} is neither infinite nor between {ShortestPoll} and {LongestPoll}.");
        errors.InRange(nameof(MemoryLimitBytes), MemoryLimitBytes, 1 << 20, long.MaxValue);
        errors.Require(!string.IsNullOrWhiteSpace(Name), nameof(Name), "is empty.");
        errors.Require(Commit != 0, nameof(Commit), "is 0; commits are counted from 1, and null is the newest.");
        errors.Require(Enum.IsDefined(Startup), nameof(Startup),
            $"{Startup} is none of {string.Join(", ", Enum.GetNames<ReplicaStartup>())}.");
        errors.Require(MaxDegreeOfParallelism is -1 or (>= 1 and <= OnlineModelOptions.MaxThreads), nameof(MaxDegreeOfParallelism),
            $"{MaxDegreeOfParallelism} is neither -1 (all processors) nor between 1 and {OnlineModelOptions.MaxThreads}.");
    }

    internal ModelReplicaOptions Copy() => (ModelReplicaOptions)MemberwiseClone();
}
