using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Rows;

/// <summary>
/// The rows of a stripe as they are now, in registers: what a loop over many ids would otherwise read again for each. Valid while the
/// stripe is locked and until its rows next change in number.
/// </summary>
internal readonly unsafe ref struct RowView(nint[] chunks, HandleDivider rowsPerChunk, int rowBytes, int count)
{
    private readonly ref nint _chunks = ref MemoryMarshal.GetArrayDataReference(chunks);

    public int Count => count;

    public Row this[int handle]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            var (chunk, place) = rowsPerChunk.Divide(handle);
            return new Row((byte*)Unsafe.Add(ref _chunks, chunk) + (long)place * rowBytes);
        }
    }
}
