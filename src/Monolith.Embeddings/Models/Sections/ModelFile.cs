using System.IO.Hashing;
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
        var fields = new FieldWriter(CapacityFor(sections));
        fields.Bytes(Magic);
        fields.Int32(Version);
        fields.Text(StoredNames.Require(name, "a model", StoredLimits.ModelNameBytes), StoredLimits.ModelNameBytes);
        fields.UInt64(fingerprint);
        fields.List(sections.All, WriteHeader);
        foreach (var section in sections.All) fields.Bytes(section.Data.Span);
        fields.UInt64(XxHash64.HashToUInt64(fields.Written));
        destination.Write(fields.Written);
    }

    /// <summary>Reads the sections, once all bytes have been checked.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged, or of a model of another name or schema.</exception>
    public static ModelSections Read(Stream source, string name, ulong fingerprint) => Read(source, (foundName, foundFingerprint) =>
    {
        Require("name", name, foundName);
        Require("schema fingerprint", fingerprint, foundFingerprint);
    });

    /// <summary>Reads the sections of any model, once all bytes have been checked.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static ModelSections ReadAny(Stream source) => Read(source, static (_, _) => { });

    private static ModelSections Read(Stream source, Action<string, ulong> require)
    {
        ArgumentNullException.ThrowIfNull(source);
        var reader = new ModelFileReader(source);
        try
        {
            if (!reader.ReadBytes(Magic.Length).SequenceEqual(Magic)) throw new InvalidDataException("These are not the bytes of a model.");
            var version = reader.ReadInt32();
            if (version is < 1 or > Version)
                throw new InvalidDataException($"The bytes of the model are of version {version}; known are 1 to {Version}.");
            require(reader.ReadText(StoredLimits.ModelNameBytes), (ulong)reader.ReadInt64());
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

    private static void WriteHeader(FieldWriter fields, ModelSection section)
    {
        fields.Text(section.Name, StoredLimits.ModelNameBytes);
        fields.Byte((byte)section.Kind);
        fields.Byte((byte)section.Role);
        fields.List(section.Shape, (to, dimension) => to.Int32(dimension));
        fields.Int32(section.Data.Length);
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
}
