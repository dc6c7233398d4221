using System.Data;
using System.Data.Common;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.AdoNet.Paging;

/// <summary>Opens pages, each on a connection of its own.</summary>
/// <param name="database">Where.</param>
/// <param name="statements">What is read.</param>
/// <param name="timeout">How long a command may take.</param>
internal sealed class PageOpener(DbDataSource database, PageStatements statements, TimeSpan timeout)
{
    private bool _isChecked;

    public async ValueTask<OpenPage> OpenAsync(LogPosition behind, int rows, CancellationToken cancellationToken)
    {
        var connection = await database.OpenConnectionAsync(cancellationToken).ConfigureAwait(false);
        DbCommand? command = null;
        DbDataReader? reader = null;
        try
        {
            if (!_isChecked) await CheckAsync(connection, behind, cancellationToken).ConfigureAwait(false);
            _isChecked = true;
            command = Page(connection, behind, rows);
            reader = await command.ExecuteReaderAsync(CommandBehavior.SingleResult, cancellationToken).ConfigureAwait(false);
            return new OpenPage(connection, command, reader, new KeyReader(statements, reader));
        }
        catch
        {
            if (reader is not null) await reader.DisposeAsync().ConfigureAwait(false);
            if (command is not null) await command.DisposeAsync().ConfigureAwait(false);
            await connection.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private DbCommand Page(DbConnection connection, LogPosition behind, int rows)
    {
        var command = Command(connection, behind.IsStart ? statements.First : statements.Next);
        Add(command, "limit", DbType.Int32, rows);
        if (behind.IsStart) return command;
        Add(command, "id", DbType.Int64, statements.Order is null ? behind.Offset : behind.Tie);
        switch (statements.Order?.Form)
        {
            case null:
                break;
            case OrderForm.TimestampWithZone:
                Add(command, "order", DbType.DateTimeOffset, new DateTimeOffset(behind.Offset, TimeSpan.Zero));
                break;
            case OrderForm.TimestampWithoutZone:
                Add(command, "order", DbType.DateTime2, new DateTime(behind.Offset, DateTimeKind.Unspecified));
                break;
            default:
                Add(command, "order", DbType.Int64, behind.Offset);
                break;
        }
        return command;
    }

    private DbCommand Command(DbConnection connection, string text)
    {
        var command = connection.CreateCommand();
        (command.CommandText, command.CommandTimeout) = (text, (int)Math.Ceiling(timeout.TotalSeconds));
        return command;
    }

    private void Add(DbCommand command, string name, DbType type, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.DbType, parameter.Value) = (statements.ParameterName(name), type, value);
        command.Parameters.Add(parameter);
    }

    // What no page shows: rows that no page holds, and positions of another database.
    private async ValueTask CheckAsync(DbConnection connection, LogPosition behind, CancellationToken cancellationToken)
    {
        if (await ScalarAsync(connection, statements.NullKey, cancellationToken).ConfigureAwait(false) is not null)
        {
            throw new InvalidDataException(
                $"Table '{statements.Name}' has rows whose column '{statements.Order?.Column ?? statements.Id}' is null. They have no "
                + "place in the order, and would be lost. Give them one, and declare the column NOT NULL.");
        }
        var ceiling = await ScalarAsync(connection, behind.IsStart ? null : statements.Ceiling, cancellationToken).ConfigureAwait(false);
        if (ceiling is not long first || behind.Offset < first) return;
        throw new InvalidOperationException(
            $"The position lies at {KeyText.Of(statements, behind)}, but this database has only reached {first}: the position is of "
            + "another one, or the table was restored into a new server, whose transactions have other numbers. Number its rows again "
            + $"(UPDATE ... SET {statements.Order?.Column} = '0'), and go on from a position of this server.");
    }

    private async ValueTask<object?> ScalarAsync(DbConnection connection, string? text, CancellationToken cancellationToken)
    {
        if (text is null) return null;
        var command = Command(connection, text);
        await using var closing = command.ConfigureAwait(false);
        return await command.ExecuteScalarAsync(cancellationToken).ConfigureAwait(false);
    }
}
