using System.Data.Common;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.AdoNet.Paging;

/// <summary>Reads the keys of the rows of a page, and sees that they rise.</summary>
internal sealed class KeyReader
{
    private readonly PageStatements _statements;
    private readonly DbDataReader _row;
    private readonly string _log;
    private readonly int _order, _id;

    /// <exception cref="InvalidDataException">The result lacks a column of the key.</exception>
    public KeyReader(PageStatements statements, DbDataReader row)
    {
        (_statements, _row, _log) = (statements, row, statements.Log);
        _id = Ordinal(statements.IdResult);
        _order = statements.OrderResult is { } order ? Ordinal(order) : -1;
    }

    /// <summary>The key of the row.</summary>
    /// <param name="before">The key of the row before it, or the start.</param>
    /// <exception cref="InvalidDataException">There is none, or it does not rise.</exception>
    public LogPosition Read(LogPosition before)
    {
        var id = KeyValue.Number(_row, _id, _statements.Id);
        var key = _statements.Order is { } order ? new(_log, Order(order), id) : new LogPosition(_log, id);
        if (!before.IsStart && (key.Offset, key.Tie).CompareTo((before.Offset, before.Tie)) <= 0) throw NotRising(before, key);
        return key;
    }

    private long Order(TableOrder order) => order.Form switch
    {
        OrderForm.TimestampWithZone => KeyValue.WithZone(_row, _order, order.Column),
        OrderForm.TimestampWithoutZone => KeyValue.WithoutZone(_row, _order, order.Column),
        _ => KeyValue.Number(_row, _order, order.Column),
    };

    // From behind: that is where the key stands, and a column of the user's may have the same name.
    private int Ordinal(string column)
    {
        for (var i = _row.FieldCount - 1; i >= 0; i--)
        {
            if (string.Equals(_row.GetName(i), column, StringComparison.OrdinalIgnoreCase)) return i;
        }
        throw new InvalidDataException(
            $"The rows of '{_statements.Name}' have no column '{column}'. Select it, or give it that name by AS.");
    }

    private InvalidDataException NotRising(LogPosition before, LogPosition key) => new(
        $"The row {KeyText.Of(_statements, key)} comes after {KeyText.Of(_statements, before)}, but keys must rise from row to row, and be "
        + "unique. Make the id unique among rows of one order; a statement of your own must order by both, and yield rows behind the "
        + "parameters alone.");
}
