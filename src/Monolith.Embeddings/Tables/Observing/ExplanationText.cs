using System.Globalization;
using System.Text;
using Monolith.Embeddings.Admission;

namespace Monolith.Embeddings.Tables.Observing;

/// <summary>Writes an explanation as text, for an operator.</summary>
internal static class ExplanationText
{
    public static string Of(RowExplanation row)
    {
        var text = new StringBuilder();
        Line(text, $"Table '{row.Table}', id {row.Id}: {(row.HasRow ? "has a row" : "has no row")}.");
        if (row.HasRow) WriteRow(text, row);
        else if (row.Admission is { } progress) Line(text, $"  admission     {Words(progress)}");
        else if (row.AdmissionFilter is { } filter) Line(text, $"  admission     decided at each occurrence, by '{filter}'");
        if (row.IsRefusedForRoom)
        {
            Line(text, $"  room          none: the table is full, and new ids are refused");
            Line(text, $"                raise MaxRows or MemoryLimitBytes, set AtLimit, or expire rows sooner");
        }
        if (row.LastRemoval is { } removal) Line(text, $"  {(row.HasRow ? "lost before" : "lost its row"),-12}  {Words(removal)}");
        else if (!row.HasRow) Line(text, $"  lost its row  not lately, as far as this table remembers");
        Line(text, $"  now           {Time(row.Now.NewestEventTime)} by the newest event, {Time(row.Now.Clock)} by the clock");
        return text.ToString();
    }

    private static void WriteRow(StringBuilder text, RowExplanation row)
    {
        if (row.AdmittedAt is { } born) Line(text, $"  admitted      {Time(born)}");
        var isTimed = row.LastUpdate != DateTimeOffset.UnixEpoch;
        Line(text, $"  last update   {(isTimed ? Time(row.LastUpdate!.Value) : "before any event time was known")}");
        if (row.Frequency is { } frequency) Line(text, $"  frequency     {frequency} occurrences");
        if (row.TimeLeft is { } left)
            Line(text, $"  time to live  {(left > TimeSpan.Zero ? $"{left:c} left" : "over: it goes at the next eviction")}");
        Line(text, $"  norm          {row.WeightNorm:G6}");
        foreach (var segment in row.Segments)
            Line(text, $"    {segment.Name,-10}  weights {segment.WeightNorm:G6}, optimizer state {segment.StateNorm:G6}");
    }

    private static string Words(AdmissionProgress progress) => progress.Occurrences == 0
        ? string.Create(CultureInfo.InvariantCulture, $"not counted yet; {progress.Threshold} occurrences make a row")
        : string.Create(CultureInfo.InvariantCulture,
            $"{(progress.IsUpperBound ? "at most " : "")}{progress.Occurrences} of {progress.Threshold} occurrences");

    /// <summary>When and why a row was removed.</summary>
    public static string Words(RowRemoval removal)
    {
        var why = removal.Cause switch
        {
            RemovalCause.Expired => $"expired by {removal.Policy}",
            RemovalCause.Evicted => $"evicted by {removal.Policy}, to make room for others at the limit",
            RemovalCause.Removed => "removed by the caller",
            _ => "cleared with all others by the caller",
        };
        return $"{why}, at {Time(removal.EventTime)} by the newest event, {Time(removal.ClockTime)} by the clock; last update "
            + $"{Time(removal.LastUpdate)}";
    }

    private static string Time(DateTimeOffset time) => time.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static void Line(StringBuilder text, FormattableString line) =>
        text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');
}
