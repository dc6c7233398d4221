namespace Monolith.Embeddings.AdoNet.Tests.Simulation;

/// <summary>A dialect whose clock stands in a table; times are tenths of what it shows, rounded down.</summary>
internal sealed class ClockTable(SqlDialect dialect) : SqlDialect
{
    public const int TicksAUnit = 10;

    public override string Quote(string name) => dialect.Quote(name);

    public override string Limit(string parameter) => dialect.Limit(parameter);

    public override string Earlier(OrderForm form, TimeSpan lag) => $"((SELECT now FROM clock) / {TicksAUnit} - {lag.Ticks})";
}
