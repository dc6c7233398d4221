using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Monolith.Embeddings.Memory;

/// <summary>An array that the collector never moves. The user of the pointer keeps the buffer alive.</summary>
internal sealed unsafe class PinnedBuffer<T>
    where T : unmanaged
{
    private T[] _array = [];

    public T* Pointer { get; private set; }

    /// <summary>Makes room for that many; what was there is lost.</summary>
    public void Reserve(int count)
    {
        _array = GC.AllocateUninitializedArray<T>(count, pinned: true);
        Pointer = (T*)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(_array));
    }
}
