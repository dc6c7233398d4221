using Monolith.Embeddings.Tables;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Training.Schedules;

/// <summary>What a commit holds of a schedule, so that it goes on from there.</summary>
/// <param name="Kind">What is done.</param>
/// <param name="Table">The table that it is done to; null for all that have no schedule of their own.</param>
/// <param name="Last">Where it was due the last time, or begun.</param>
/// <param name="IsDue">Whether it is due since then, and was not done.</param>
internal readonly record struct ScheduleState(ScheduleKind Kind, string? Table, StreamPoint Last, bool IsDue)
{
    // The kinds without a table, and one of each for every table.
    private const int Most = 8 * TableSchema.MaxTables;

    public static void SaveAll(IReadOnlyList<ScheduleState> states, FieldWriter fields) => fields.List(states, static (all, state) =>
    {
        all.Byte((byte)state.Kind);
        all.Text(state.Table ?? "", EmbeddingTableOptions.MaxNameBytes);
        all.Int64(state.Last.EventTime);
        all.Int64(state.Last.Examples);
        all.Int64(state.Last.Batches);
        all.Flag(state.IsDue);
    });

    /// <exception cref="FormatException">These are no schedules.</exception>
    public static IReadOnlyList<ScheduleState> LoadAll(ref FieldReader fields) => fields.List(Most, "schedules", Load);

    private static ScheduleState Load(ref FieldReader fields)
    {
        var (kind, table) = ((ScheduleKind)fields.Bytes(1)[0], fields.Text(EmbeddingTableOptions.MaxNameBytes));
        if (!Enum.IsDefined(kind)) throw new FormatException($"There is no schedule of kind {(int)kind}.");
        var last = new StreamPoint(fields.Int64(), fields.Int64(), fields.Int64());
        return new ScheduleState(kind, table.Length > 0 ? table : null, last, fields.Flag());
    }
}
