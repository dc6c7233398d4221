using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training;

/// <summary>
/// What a trainer does when commits fail, by kind. It goes on training meanwhile, tries again, and the next commit that succeeds holds
/// everything since the last; or the run ends with the failure. Each failure is logged (event 3000), counted by the metric
/// <c>monolith.training.commit_failures</c>, and shown by <see cref="OnlineTrainer.LastCommitFailure"/>.
/// </summary>
/// <remarks>
/// A number says how many commits in a row may fail of one kind before the run ends: 0 to 1,000,000, or null for any number. A success
/// begins the count again. The memory that waiting takes is bounded: where the log of removals is outgrown, the next commit is a full
/// snapshot. A trainer that was replaced (<see cref="CommitFailureKind.Replaced"/>) or has diverged
/// (<see cref="TrainingDivergedException"/>) always ends at once; and a run that is asked to end, while its last commit fails, ends with
/// that failure.
/// </remarks>
public sealed class CommitFailureOptions : IValidatedOptions
{
    /// <summary>How many commits in a row may find no room. Default null: training goes on until there is some.</summary>
    public int? OutOfRoom { get; set; }

    /// <summary>How many commits in a row may not reach the store. Default null: training goes on until it is back.</summary>
    public int? Unreachable { get; set; }

    /// <summary>
    /// How many commits in a row may find a damaged manifest or file. Default 10: what is damaged seldom heals by itself, and replicas
    /// follow no more.
    /// </summary>
    public int? Damaged { get; set; } = 10;

    /// <summary>How many commits in a row may be refused by a rule. Default 0: the next one would be refused too.</summary>
    public int? Refused { get; set; } = 0;

    /// <summary>
    /// How long after a failure the next commit is tried, by the clock; twice as long after each further one, up to
    /// <see cref="RetryAtMost"/>. More than zero, up to one day. Default 1 second.
    /// </summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>The longest time between two tries: <see cref="RetryAfter"/> to one day. Default one minute.</summary>
    public TimeSpan RetryAtMost { get; set; } = TimeSpan.FromMinutes(1);

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        RequireCount(errors, nameof(OutOfRoom), OutOfRoom);
        RequireCount(errors, nameof(Unreachable), Unreachable);
        RequireCount(errors, nameof(Damaged), Damaged);
        RequireCount(errors, nameof(Refused), Refused);
        var most = TimeSpan.FromDays(1);
        errors.Require(
            RetryAfter > TimeSpan.Zero && RetryAfter <= most, nameof(RetryAfter),
            $"{RetryAfter} is not more than zero and at most {most}.");
        errors.Require(
            RetryAtMost >= RetryAfter && RetryAtMost <= most, nameof(RetryAtMost),
            $"{RetryAtMost} is not between {nameof(RetryAfter)}, {RetryAfter}, and {most}.");
    }

    /// <summary>How many commits in a row may fail of a kind; null for any number.</summary>
    internal int? ToleratedOf(CommitFailureKind kind) => kind switch
    {
        CommitFailureKind.OutOfRoom => OutOfRoom,
        CommitFailureKind.Unreachable => Unreachable,
        CommitFailureKind.Damaged => Damaged,
        CommitFailureKind.Refused => Refused,
        // A trainer that was replaced must not go on: what it learns is lost.
        _ => 0,
    };

    internal CommitFailureOptions Copy() => (CommitFailureOptions)MemberwiseClone();

    private static void RequireCount(OptionErrors errors, string name, int? count)
    {
        if (count is { } failures) errors.InRange(name, failures, 0, 1_000_000);
    }
}
