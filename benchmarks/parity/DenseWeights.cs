using System.Text;
using Monolith.Embeddings.Models;

namespace Parity;

/// <summary>
/// The dense weights of a model, read from the bytes that <see cref="OnlineModel.Save"/> writes: magic (8 bytes), version, name, schema fingerprint (8),
/// number of matrices; of each matrix its rows, columns, length of optimizer state and name of the optimizer; the step (8); of each matrix
/// its weights and its state; a checksum (8). Numbers have 4 bytes where nothing else is said, a text has its length in bytes before it.
/// </summary>
internal static class DenseWeights
{
    /// <summary>
    /// Writes one file a matrix. The first is [1 + dense features, 1]: the global bias, then the weights of the dense features. Then one a
    /// layer, [inputs + 1, outputs], whose last row is the layer's bias.
    /// </summary>
    /// <returns>How many there are.</returns>
    public static int Write(OnlineModel model, Func<int, string> path)
    {
        using var bytes = new MemoryStream();
        model.Save(bytes);
        bytes.Position = sizeof(long) + sizeof(int);
        using var reader = new BinaryReader(bytes, Encoding.UTF8);
        SkipText(reader);
        reader.ReadInt64();
        var shapes = new (int Rows, int Columns, int State)[reader.ReadInt32()];
        for (var i = 0; i < shapes.Length; i++)
        {
            shapes[i] = (reader.ReadInt32(), reader.ReadInt32(), reader.ReadInt32());
            SkipText(reader);
        }
        reader.ReadInt64();
        for (var i = 0; i < shapes.Length; i++)
        {
            NumpyFile.Write<float>(path(i), ReadSingles(reader, shapes[i].Rows * shapes[i].Columns), shapes[i].Rows, shapes[i].Columns);
            ReadSingles(reader, shapes[i].State);
        }
        reader.ReadInt64();
        if (bytes.Position != bytes.Length) throw new InvalidDataException($"{bytes.Length - bytes.Position} bytes of the model are left over.");
        return shapes.Length;
    }

    private static void SkipText(BinaryReader reader) => reader.ReadBytes(reader.ReadInt32());

    private static float[] ReadSingles(BinaryReader reader, int count)
    {
        var values = new float[count];
        for (var i = 0; i < count; i++) values[i] = reader.ReadSingle();
        return values;
    }
}
