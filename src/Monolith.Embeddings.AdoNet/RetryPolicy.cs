using System.Data.Common;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.AdoNet;

/// <summary>
/// What a <see cref="TableSource{TRecord}"/> does when the database fails for a while: it opens another connection and goes on behind the
/// last row. The delay before it doubles with each failure that follows another.
/// </summary>
public sealed class RetryPolicy : IValidatedOptions
{
    /// <summary>How many failures may follow one another; the next ends the reading. 0 or more. Default 20: about seven minutes.</summary>
    public int Limit { get; set; } = 20;

    /// <summary>The delay after the first failure; more than zero. Default 0.2 s.</summary>
    public TimeSpan FirstDelay { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>The longest delay, at least the first and at most a day. Default 30 s.</summary>
    public TimeSpan LongestDelay { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// Which failures pass by themselves. Default: those that the provider calls so (<see cref="DbException.IsTransient"/>). Some providers
    /// say it of none; for SQLite, <c>SQLITE_BUSY</c> and <c>SQLITE_LOCKED</c> may be added.
    /// </summary>
    public Func<DbException, bool> IsTransient { get; set; } = static failure => failure.IsTransient;

    /// <inheritdoc />
    public void CollectErrors(OptionErrors errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        errors.Require(Limit >= 0, nameof(Limit), $"{Limit} is negative; 0 tries nothing again.");
        errors.Require(FirstDelay > TimeSpan.Zero, nameof(FirstDelay), $"{FirstDelay} is not more than zero.");
        errors.Require(LongestDelay >= FirstDelay && LongestDelay <= TimeSpan.FromDays(1), nameof(LongestDelay),
            $"{LongestDelay} is not between {nameof(FirstDelay)}, {FirstDelay}, and a day.");
        errors.Require(IsTransient is not null, nameof(IsTransient), "is null, but a value is needed.");
    }

    internal RetryPolicy Copy() => (RetryPolicy)MemberwiseClone();
}
