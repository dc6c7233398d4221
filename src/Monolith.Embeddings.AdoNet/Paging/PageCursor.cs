using System.Data.Common;
using Monolith.Embeddings.Streams;

namespace Monolith.Embeddings.AdoNet.Paging;

/// <summary>Goes from row to row of one page after the other, and tries again what failed for a while. One reader's.</summary>
/// <param name="opener">Opens pages.</param>
/// <param name="statements">What is read.</param>
/// <param name="retries">What is tried again.</param>
/// <param name="from">Where the reading begins.</param>
internal sealed class PageCursor(PageOpener opener, PageStatements statements, PageRetries retries, LogPosition from) : IAsyncDisposable
{
    private OpenPage? _page;
    private int _left;

    /// <summary>The key of the row, or where the reading begins.</summary>
    public LogPosition Key { get; private set; } = from;

    /// <summary>The row.</summary>
    public DbDataReader Row => _page!.Rows;

    /// <summary>Whether the page had as many rows as it may have: there may be more.</summary>
    public bool IsFull => _left == 0;

    /// <summary>Begins a page after the last row.</summary>
    /// <param name="rows">How many rows it may have.</param>
    public void Begin(int rows) => _left = rows;

    /// <summary>Goes to the next row of the page; false at its end, where it takes no connection any more.</summary>
    public async ValueTask<bool> MoveNextAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                if (_left > 0 && await ReadAsync(cancellationToken).ConfigureAwait(false)) return true;
                await DisposeAsync().ConfigureAwait(false);
                return false;
            }
            catch (DbException failure)
            {
                await DisposeAsync().ConfigureAwait(false);
                // Some providers say by an exception of their own that they were cancelled.
                cancellationToken.ThrowIfCancellationRequested();
                if (!retries.IsWorthAnother(failure)) throw Failed(failure);
            }
            await retries.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives the connection back.</summary>
    public async ValueTask DisposeAsync()
    {
        var page = _page;
        _page = null;
        if (page is not null) await page.DisposeAsync().ConfigureAwait(false);
    }

    private async ValueTask<bool> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        _page ??= await opener.OpenAsync(Key, _left, cancellationToken).ConfigureAwait(false);
        if (!await _page.Rows.ReadAsync(cancellationToken).ConfigureAwait(false))
        {
            retries.Reset();
            return false;
        }
        Key = _page.Keys.Read(Key);
        _left--;
        retries.Reset();
        return true;
    }

    private InvalidOperationException Failed(DbException failure)
    {
        var tries = retries.Failures > 1 ? $" It was tried {retries.Failures} times." : "";
        return new InvalidOperationException(
            $"A page of '{statements.Name}' cannot be read: {failure.Message}{tries} If a table or a column has another name, name it as "
            + $"the database keeps it. The statement: {(Key.IsStart ? statements.First : statements.Next)}", failure);
    }
}
