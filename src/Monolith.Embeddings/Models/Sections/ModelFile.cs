using System.IO.Hashing;
using System.Text;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models.Sections;

/// <summary>
/// The bytes of a model, little-endian: magic, version, name, schema fingerprint; per section its name, kind, role, shape and length; then
/// the bytes of all sections; last the XxHash64 of everything before.
/// </summary>
internal static class ModelFile
{
    private const int Version = 2;

    private static ReadOnlySpan<byte> Magic => "MLTHMODL"u8;

    public static void Write(Stream destination, string name, ulong fingerprint, ModelSections sections)
    {
        // All at once: a model is written between two batches.
        using var memory = new MemoryStream(CapacityFor(sections));
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(Version);
        WriteText(writer, StoredNames.Require(name, "a model", StoredLimits.ModelNameBytes));
        writer.Write(fingerprint);
        writer.Write(sections.All.Count);
        foreach (var section in sections.All) WriteHeader(writer, section);
        foreach (var section in sections.All) writer.Write(section.Data.Span);
        writer.Write(XxHash64.HashToUInt64(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
        destination.Write(memory.GetBuffer().AsSpan(0, (int)memory.Length));
    }

    /// <summary>Reads the sections, once all bytes have been checked.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or of a model of another name or schema.</exception>
    public static ModelSections Read(Stream source, string name, ulong fingerprint)
    {
        ArgumentNullException.ThrowIfNull(source);
        var reader = new ModelFileReader(source);
        try
        {
            if (!reader.ReadBytes(Magic.Length).SequenceEqual(Magic)) throw new InvalidDataException("These are not the bytes of a model.");
            var version = reader.ReadInt32();
            if (version is < 1 or > Version)
                throw new InvalidDataException($"The bytes of the model are of version {version}; known are 1 to {Version}.");
            Require("name", name, reader.ReadText(StoredLimits.ModelNameBytes));
            Require("schema fingerprint", fingerprint, (ulong)reader.ReadInt64());
            var sections = version == 1 ? ModelFileVersion1.ReadSections(reader) : ReadSections(reader);
            reader.ReadEnd();
            return sections;
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException($"The bytes of the model end after {reader.Length}; more are needed.");
        }
        catch (ArgumentException exception)
        {
            throw new InvalidDataException($"The bytes of the model name a section that cannot be: {exception.Message}", exception);
        }
    }

    private static void WriteHeader(BinaryWriter writer, ModelSection section)
    {
        WriteText(writer, section.Name);
        writer.Write((byte)section.Kind);
        writer.Write((byte)section.Role);
        writer.Write(section.Shape.Length);
        foreach (var dimension in section.Shape) writer.Write(dimension);
        writer.Write(section.Data.Length);
    }

    private static ModelSections ReadSections(ModelFileReader reader)
    {
        var count = reader.ReadInt32();
        if (count is < 0 or > ModelSections.MaxSections)
            throw new InvalidDataException($"The model has {count} sections; at most {ModelSections.MaxSections} are allowed.");
        var headers = new List<(ModelSection Section, int Length)>();
        for (var i = 0; i < count; i++) headers.Add(ReadHeader(reader));
        var sections = new ModelSections();
        foreach (var (section, length) in headers) sections.Add(section with { Data = reader.ReadBytes(length).ToArray() });
        return sections;
    }

    private static (ModelSection Section, int Length) ReadHeader(ModelFileReader reader)
    {
        var name = reader.ReadText(StoredLimits.ModelNameBytes);
        var (kind, role) = ((ModelSectionKind)reader.ReadByte(), (SectionRole)reader.ReadByte());
        if (!Enum.IsDefined(kind) || !Enum.IsDefined(role))
        {
            throw new InvalidDataException(
                $"The section '{name}' of the model is of a kind ({kind}, {role}) that this version does not know.");
        }
        var rank = reader.ReadInt32();
        if (rank < 0 || rank > (kind == ModelSectionKind.Floats ? ModelSections.MaxRank : 0))
            throw new InvalidDataException($"The section '{name}' of the model has {rank} dimensions.");
        var shape = new int[rank];
        foreach (ref var dimension in shape.AsSpan()) dimension = reader.ReadInt32();
        var length = reader.ReadInt32();
        if (length < 0 || !Fits(kind, shape, length))
            throw new InvalidDataException($"The section '{name}' of the model, {kind} {SectionShape.TextOf(shape)}, has {length} bytes.");
        return (new ModelSection(name, kind, role, shape, default), length);
    }

    private static bool Fits(ModelSectionKind kind, int[] shape, int length) => kind switch
    {
        ModelSectionKind.Floats => length == SectionShape.LengthOf(shape) * sizeof(float),
        ModelSectionKind.Number => length == sizeof(long),
        _ => true,
    };

    private static void Require<T>(string what, T expected, T found)
        where T : IEquatable<T>
    {
        if (!expected.Equals(found))
            throw new InvalidDataException($"The bytes are of another model: {what} is {found}, but {expected} is needed.");
    }

    private static int CapacityFor(ModelSections sections)
    {
        var bytes = 4096L;
        foreach (var section in sections.All) bytes += section.Data.Length + 256;
        return (int)Math.Min(bytes, Array.MaxLength);
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = StoredNames.Utf8.GetBytes(text);
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }
}
