using System.Globalization;

namespace Monolith.Embeddings.Scheduling;

/// <summary>Schedules as texts without blanks, the same in every culture.</summary>
internal static class ScheduleText
{
    private const string ClockName = nameof(Schedule.ByClock), EventTimeName = nameof(Schedule.ByEventTime);

    private const string ExamplesName = nameof(Schedule.ByExamples), BatchesName = nameof(Schedule.ByBatches);

    public static string Of(Schedule schedule)
    {
        List<string> parts = [];
        if (schedule.Time is { } time) parts.Add(Of(time));
        if (schedule.Clock is { } clock) parts.Add($"{ClockName}({Of(clock)})");
        if (schedule.EventTime is { } events) parts.Add($"{EventTimeName}({Of(events)})");
        if (schedule.Examples is { } examples) parts.Add($"{ExamplesName}({examples.ToString(CultureInfo.InvariantCulture)})");
        if (schedule.Batches is { } batches) parts.Add($"{BatchesName}({batches.ToString(CultureInfo.InvariantCulture)})");
        return parts.Count > 0 ? string.Join('|', parts) : nameof(Schedule.Never);
    }

    public static bool TryParse(string? text, out Schedule schedule)
    {
        schedule = Schedule.Never;
        if (string.IsNullOrEmpty(text)) return false;
        var parts = text.Split('|');
        var read = new Schedule[parts.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (!TryParsePart(parts[i], out read[i])) return false;
        }
        schedule = Schedule.FirstOf(read);
        return true;
    }

    private static string Of(TimeSpan every) => every.ToString("c", CultureInfo.InvariantCulture);

    private static bool TryParsePart(string part, out Schedule schedule)
    {
        schedule = Schedule.Never;
        if (part.Equals(nameof(Schedule.Never), StringComparison.OrdinalIgnoreCase)) return true;
        if (TryTime(part, out var bare))
        {
            schedule = bare;
            return true;
        }
        var open = part.IndexOf('(', StringComparison.Ordinal);
        if (open < 0 || part[^1] != ')') return false;
        var (name, value) = (part[..open], part[(open + 1)..^1]);
        if (Is(name, ClockName) && TryTime(value, out var clock)) schedule = Schedule.ByClock(clock);
        else if (Is(name, EventTimeName) && TryTime(value, out var events)) schedule = Schedule.ByEventTime(events);
        else if (Is(name, ExamplesName) && TryNumber(value, out var examples)) schedule = Schedule.ByExamples(examples);
        else if (Is(name, BatchesName) && TryNumber(value, out var batches)) schedule = Schedule.ByBatches(batches);
        else return false;
        return true;
    }

    private static bool Is(string name, string known) => name.Equals(known, StringComparison.OrdinalIgnoreCase);

    // The runtime would take a bare number for days, and two parts for hours and minutes.
    private static bool TryTime(string text, out TimeSpan time) =>
        TimeSpan.TryParseExact(text, "c", CultureInfo.InvariantCulture, out time) && text.AsSpan().Count(':') == 2 && IsPlain(text);

    private static bool TryNumber(string text, out long number) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out number) && IsPlain(text);

    // The runtime skips blanks around a value, and zero characters behind it.
    private static bool IsPlain(string text) => !text.AsSpan().ContainsAnyExceptInRange('!', '~');
}
