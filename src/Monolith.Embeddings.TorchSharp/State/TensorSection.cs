using System.Runtime.InteropServices;
using System.Text;
using Monolith.Embeddings.Models;
using Monolith.Embeddings.TorchSharp.Running;
using static TorchSharp.torch;

namespace Monolith.Embeddings.TorchSharp.State;

/// <summary>
/// A tensor as a section: floats with their shape where it holds floats, else bytes after a line that says type and shape.
/// </summary>
internal static class TensorSection
{
    public static void Save(ModelSections sections, string name, SectionRole role, Tensor tensor)
    {
        if (tensor.dtype == ScalarType.Float32)
        {
            var floats = new float[tensor.numel()];
            HostFloats.Read(tensor, floats);
            sections.AddFloats(name, role, ShapeOf(tensor), floats);
            return;
        }
        var header = HeaderOf(tensor);
        var bytes = new byte[header.Length + tensor.numel() * tensor.element_size()];
        header.CopyTo(bytes, 0);
        HostFloats.ReadBytes(tensor, bytes.AsSpan(header.Length));
        sections.AddBytes(name, role, bytes);
    }

    /// <summary>Looks at a section, and changes nothing.</summary>
    /// <exception cref="InvalidDataException">It is missing, or of another type or shape than the tensor.</exception>
    public static void Check(ModelSections sections, string name, Tensor tensor)
    {
        if (tensor.dtype == ScalarType.Float32)
        {
            sections.Floats(name, ShapeOf(tensor));
            return;
        }
        var bytes = sections.Bytes(name);
        var header = HeaderOf(tensor);
        if (bytes.Length == header.Length + tensor.numel() * tensor.element_size() && bytes.StartsWith(header)) return;
        throw new InvalidDataException($"The sections are of another model: '{name}' is not {tensor.dtype} of the shape "
            + $"{Shapes.TextOf(tensor)}, which is needed.");
    }

    /// <summary>Takes a section that was checked.</summary>
    public static void Take(ModelSections sections, string name, Tensor tensor)
    {
        HostFloats.WriteBytes(tensor, tensor.dtype == ScalarType.Float32
            ? MemoryMarshal.AsBytes(sections.Floats(name, ShapeOf(tensor)))
            : sections.Bytes(name)[HeaderOf(tensor).Length..]);
    }

    private static int[] ShapeOf(Tensor tensor) => [.. tensor.shape.Select(size => checked((int)size))];

    private static byte[] HeaderOf(Tensor tensor) => Encoding.ASCII.GetBytes($"{tensor.dtype} {Shapes.TextOf(tensor)}\n");
}
