using System.Buffers;
using Monolith.Embeddings.Rows;

namespace Monolith.Embeddings.Tables.Rules;

/// <summary>A copy of a row, to undo what a plug-in had done to it when it threw. The default keeps nothing.</summary>
internal readonly unsafe ref struct RowBackup
{
    private readonly Row _row;
    private readonly int _bytes;
    private readonly byte[]? _copy;

    public RowBackup(Row row, int bytes)
    {
        (_row, _bytes, _copy) = (row, bytes, ArrayPool<byte>.Shared.Rent(bytes));
        new ReadOnlySpan<byte>(row.Address, bytes).CopyTo(_copy);
    }

    public void Restore() => _copy.AsSpan(0, _bytes).CopyTo(new Span<byte>(_row.Address, _bytes));

    public void Dispose()
    {
        if (_copy is not null) ArrayPool<byte>.Shared.Return(_copy);
    }
}
