using System.Data.Common;

namespace Monolith.Embeddings.AdoNet.Paging;

/// <summary>A page that is being read, with the connection that it takes.</summary>
internal sealed class OpenPage(DbConnection connection, DbCommand command, DbDataReader rows, KeyReader keys) : IAsyncDisposable
{
    public DbDataReader Rows => rows;

    public KeyReader Keys => keys;

    /// <summary>Gives the connection back. What fails in doing so has no say: the rows were read, or are read again.</summary>
    public async ValueTask DisposeAsync()
    {
        await DisposeAsync(rows).ConfigureAwait(false);
        await DisposeAsync(command).ConfigureAwait(false);
        await DisposeAsync(connection).ConfigureAwait(false);
    }

    private static async ValueTask DisposeAsync(IAsyncDisposable part)
    {
        try
        {
            await part.DisposeAsync().ConfigureAwait(false);
        }
        catch (DbException)
        {
        }
    }
}
