using System.Globalization;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.AdoNet.Paging;

/// <summary>Keys as messages show them.</summary>
internal static class KeyText
{
    /// <summary>"clicks, at 2026-11-29T18:00:00.5Z, id 42".</summary>
    public static string Of(PageStatements statements, LogPosition key)
    {
        if (statements.Order is not { } order) return $"{statements.Name}, {statements.Id} {key.Offset}";
        return $"{statements.Name}, {order.Column} {Of(order.Form, key.Offset)}, {statements.Id} {key.Tie}";
    }

    private static string Of(OrderForm form, long value)
    {
        var isTime = form is OrderForm.TimestampWithZone or OrderForm.TimestampWithoutZone;
        if (!isTime || value < 0 || value > DateTime.MaxValue.Ticks) return $"{value}";
        var text = new DateTime(value, DateTimeKind.Unspecified).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture);
        return form == OrderForm.TimestampWithZone ? text + "Z" : text;
    }
}
