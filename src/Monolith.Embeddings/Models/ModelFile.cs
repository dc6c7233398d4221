using System.IO.Hashing;
using System.Runtime.InteropServices;
using System.Text;
using Monolith.Embeddings.Validation;

namespace Monolith.Embeddings.Models;

/// <summary>
/// The bytes of a model, little-endian: magic, version, name, schema fingerprint, per matrix its shape, optimizer and length of state;
/// then the step, all weights and states; last the XxHash64 of everything before.
/// </summary>
internal static class ModelFile
{
    private const int Version = 1;

    private static ReadOnlySpan<byte> Magic => "MLTHMODL"u8;

    public static void Write(Stream destination, string name, ulong fingerprint, long step, Parameter[] parameters)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using var memory = new MemoryStream();
        using var writer = new BinaryWriter(memory, Encoding.UTF8);
        writer.Write(Magic);
        writer.Write(Version);
        WriteText(writer, name);
        writer.Write(fingerprint);
        writer.Write(parameters.Length);
        foreach (var parameter in parameters)
        {
            writer.Write(parameter.Rows);
            writer.Write(parameter.Columns);
            writer.Write(parameter.State.Length);
            WriteText(writer, parameter.OptimizerName);
        }
        writer.Write(step);
        foreach (var parameter in parameters)
        {
            WriteSingles(writer, parameter.Weights);
            WriteSingles(writer, parameter.State);
        }
        writer.Write(XxHash64.HashToUInt64(memory.GetBuffer().AsSpan(0, (int)memory.Length)));
        destination.Write(memory.GetBuffer().AsSpan(0, (int)memory.Length));
    }

    /// <summary>Reads the weights and states, once all bytes have been checked; returns the step.</summary>
    /// <exception cref="InvalidDataException">The bytes are not of this model; nothing was changed.</exception>
    public static long Read(Stream source, string name, ulong fingerprint, Parameter[] parameters)
    {
        ArgumentNullException.ThrowIfNull(source);
        var reader = new ModelFileReader(source);
        try
        {
            ReadHeader(reader, name, fingerprint, parameters);
            var step = reader.ReadInt64();
            if (step < 0) throw new InvalidDataException($"The model's step is {step}.");
            var values = parameters.Select(p => (reader.ReadSingles(p.Weights.Length), reader.ReadSingles(p.State.Length))).ToArray();
            reader.ReadEnd();
            foreach (var (parameter, (weights, state)) in parameters.Zip(values))
            {
                weights.CopyTo(parameter.Weights, 0);
                state.CopyTo(parameter.State, 0);
            }
            return step;
        }
        catch (EndOfStreamException)
        {
            throw new InvalidDataException($"The bytes of the model end after {reader.Length}; more are needed.");
        }
    }

    private static void ReadHeader(ModelFileReader reader, string name, ulong fingerprint, Parameter[] parameters)
    {
        if (!reader.ReadBytes(Magic.Length).SequenceEqual(Magic)) throw new InvalidDataException("These are not the bytes of a model.");
        Require("format version", Version, reader.ReadInt32());
        Require("name", name, reader.ReadText(StoredLimits.ModelNameBytes));
        Require("schema fingerprint", fingerprint, (ulong)reader.ReadInt64());
        Require("number of weight matrices", parameters.Length, reader.ReadInt32());
        for (var i = 0; i < parameters.Length; i++)
        {
            Require($"shape of weight matrix {i}", (parameters[i].Rows, parameters[i].Columns), (reader.ReadInt32(), reader.ReadInt32()));
            Require($"length of state of weight matrix {i}", parameters[i].State.Length, reader.ReadInt32());
            Require($"optimizer of weight matrix {i}", parameters[i].OptimizerName, reader.ReadText(StoredLimits.ModelNameBytes));
        }
    }

    private static void Require<T>(string what, T expected, T found)
        where T : IEquatable<T>
    {
        if (!expected.Equals(found))
            throw new InvalidDataException($"The bytes are of another model: {what} is {found}, but {expected} is needed.");
    }

    private static void WriteSingles(BinaryWriter writer, float[] values)
    {
        // At once where memory has the file's order: a model is written between two batches.
        if (BitConverter.IsLittleEndian) writer.Write(MemoryMarshal.AsBytes(values.AsSpan()));
        else foreach (var value in values) writer.Write(value);
    }

    private static void WriteText(BinaryWriter writer, string text)
    {
        var bytes = StoredNames.Utf8.GetBytes(text);
        writer.Write(bytes.Length);
        writer.Write(bytes);
    }
}
