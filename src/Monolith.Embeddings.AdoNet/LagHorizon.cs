using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.AdoNet;

/// <summary>
/// Rows are read once they are older than a lag, by the database's clock and their column of times. No row is lost as long as each is
/// visible to readers before the lag is over, counted from its time: the lag must be longer than the longest transaction that writes, and,
/// where the application gives the times, than its clock is wrong by.
/// </summary>
public sealed class LagHorizon : SafeHorizon
{
    /// <summary>The longest lag: 30 days.</summary>
    public static readonly TimeSpan LongestLag = TimeSpan.FromDays(30);

    /// <summary>Creates it.</summary>
    /// <param name="lag">How old a row must be; more than zero and at most <see cref="LongestLag"/>.</param>
    public LagHorizon(TimeSpan lag) => Lag = lag;

    /// <summary>How old a row must be.</summary>
    public TimeSpan Lag { get; }

    /// <inheritdoc />
    // Earlier, not as early: further rows of the youngest unit of time may still be made.
    public override string? Condition(KeyColumns columns) =>
        $"{columns.Order} < {columns.Dialect.Earlier(columns.Form.GetValueOrDefault(), Lag)}";

    /// <inheritdoc />
    public override void CollectErrors(KeyColumns columns, OptionErrors errors)
    {
        errors.Require(Lag > TimeSpan.Zero && Lag <= LongestLag, nameof(TableColumns.Horizon),
            $"The lag, {Lag}, is not more than zero and at most {LongestLag}.");
        if (columns.Form is { } form && columns.Dialect.Earlier(form, TimeSpan.Zero) is not null) return;
        errors.Add(nameof(TableColumns.Order), columns.Form is null
            ? "The rows are ordered by their id alone, which tells no time. Order them by a column of times: Order = new(\"time\", ...)."
            : $"The rows are ordered by a column of the form {columns.Form}, which is no time of this database. Use one of the others: "
                + $"{Forms(columns.Dialect)}.");
    }

    private static string Forms(SqlDialect dialect) =>
        string.Join(", ", Enum.GetValues<OrderForm>().Where(form => dialect.Earlier(form, TimeSpan.Zero) is not null));
}
