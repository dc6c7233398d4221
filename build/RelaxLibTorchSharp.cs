using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Makes a copy of <c>libLibTorchSharp.so</c> load where libstdc++ is GCC 12's. Of what is newer it needs one symbol alone, an initializer
/// that does nothing and that is never called: the symbol is bound to another function, without a version, and the version is marked as
/// one that may be missing. Does nothing to a library that does not ask for the version.
/// </summary>
public sealed class RelaxLibTorchSharp : Task
{
    private const string Version = "GLIBCXX_3.4.32";
    private const string Symbol = "_ZSt21ios_base_library_initv";

    // A function that every C library has.
    private const string StandIn = "rand";

    // From the System V ABI, "Object Files", and the Linux Standard Base, "Symbol Versioning".
    private const int SectionTable = 0x28, SectionCount = 0x3C, SectionBytes = 64, SymbolBytes = 24;
    private const uint DynamicSymbols = 11, SymbolVersions = 0x6FFFFFFF, NeededVersions = 0x6FFFFFFE;
    private const ushort MayBeMissing = 2, AnyVersion = 1;

    private byte[] _bytes;

    [Required]
    public string Library { get; set; }

    public override bool Execute()
    {
        _bytes = File.ReadAllBytes(Library);
        long symbols = 0, symbolBytes = 0, names = 0, nameBytes = 0, versions = 0, needed = 0;
        var sections = (long)BitConverter.ToUInt64(_bytes, SectionTable);
        for (var i = 0; i < Half(SectionCount); i++)
        {
            var section = sections + i * SectionBytes;
            var offset = (long)BitConverter.ToUInt64(_bytes, (int)section + 0x18);
            switch (Word(section + 4))
            {
                case DynamicSymbols:
                    var link = sections + Word(section + 0x28) * SectionBytes;
                    (symbols, symbolBytes) = (offset, (long)BitConverter.ToUInt64(_bytes, (int)section + 0x20));
                    names = (long)BitConverter.ToUInt64(_bytes, (int)link + 0x18);
                    nameBytes = (long)BitConverter.ToUInt64(_bytes, (int)link + 0x20);
                    break;
                case SymbolVersions: versions = offset; break;
                case NeededVersions: needed = offset; break;
            }
        }
        var version = MarkVersion(needed, names);
        if (version < 0) return true;
        var standIn = Find(names, nameBytes);
        for (long i = 0; i < symbolBytes / SymbolBytes; i++)
        {
            if (Half(versions + 2 * i) != version) continue;
            var name = Name(names + Word(symbols + i * SymbolBytes));
            if (name != Symbol)
            {
                Log.LogError("{0} needs {1} of {2}; only {3} can be done without.", Library, name, Version, Symbol);
                return false;
            }
            Write(BitConverter.GetBytes((uint)standIn), symbols + i * SymbolBytes);
            Write(BitConverter.GetBytes(AnyVersion), versions + 2 * i);
        }
        // Written aside and moved: the file may be a link to the package's, and a library that is in use stays as it is.
        File.WriteAllBytes(Library + ".new", _bytes);
        File.Delete(Library);
        File.Move(Library + ".new", Library);
        return true;
    }

    // The number by which symbols name the version; -1 where it is not asked for, or was marked before.
    private int MarkVersion(long needed, long names)
    {
        while (needed > 0)
        {
            var entry = needed + Word(needed + 8);
            for (var i = 0; i < Half(needed + 2); i++)
            {
                if (Name(names + Word(entry + 8)) == Version)
                {
                    if ((Half(entry + 4) & MayBeMissing) != 0) return -1;
                    Write(BitConverter.GetBytes((ushort)(Half(entry + 4) | MayBeMissing)), entry + 4);
                    return Half(entry + 6);
                }
                entry += Word(entry + 12);
            }
            if (Word(needed + 12) == 0) break;
            needed += Word(needed + 12);
        }
        return -1;
    }

    // The end of a longer name is a name, too.
    private long Find(long names, long length)
    {
        var sought = Encoding.ASCII.GetBytes(StandIn + '\0');
        for (var at = names; at + sought.Length <= names + length; at++)
        {
            var matching = 0;
            while (matching < sought.Length && _bytes[at + matching] == sought[matching]) matching++;
            if (matching == sought.Length) return at - names;
        }
        throw new InvalidDataException(Library + " does not name " + StandIn + ".");
    }

    private string Name(long offset)
    {
        var end = Array.IndexOf(_bytes, (byte)0, (int)offset);
        return Encoding.ASCII.GetString(_bytes, (int)offset, end - (int)offset);
    }

    private ushort Half(long offset) => BitConverter.ToUInt16(_bytes, (int)offset);

    private uint Word(long offset) => BitConverter.ToUInt32(_bytes, (int)offset);

    private void Write(byte[] value, long offset) => value.CopyTo(_bytes, offset);
}
