//! An option for each property of a client, from the tables that declare them.

use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Args, Command, FromArgMatches, value_parser};
use jeton_core::model::{CLIENT_MEMBERS, CLIENT_PROPERTIES, ClientProperty, Shape, client_properties};
use serde_json::{Map, Value};

/// The properties that the command line names, under their registered names; lifetimes as they are written. A key set comes by
/// `--metadata`.
#[derive(Debug)]
pub(crate) struct PropertyOptions(pub(crate) Map<String, Value>);

impl Args for PropertyOptions {
    fn augment_args(command: Command) -> Command {
        // `-h` is short and leaves most of the metadata out.
        let metadata = |property: &'static ClientProperty| {
            Some(option(property)?.help_heading("Metadata").hide_short_help(property.name != "client_name"))
        };
        command.args(CLIENT_MEMBERS.iter().filter_map(option)).args(CLIENT_PROPERTIES.iter().filter_map(metadata))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for PropertyOptions {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let named = |property: &ClientProperty| Some((property.name.to_owned(), value(property, matches)?));
        Ok(Self(client_properties().filter_map(named).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        self.0.extend(Self::from_arg_matches(matches)?.0);
        Ok(())
    }
}

fn option(property: &'static ClientProperty) -> Option<Arg> {
    let (parser, word): (ValueParser, _) = match property.shape {
        Shape::Text | Shape::Texts | Shape::Audience => (value_parser!(String), "TEXT"),
        Shape::Word => (value_parser!(String), "NAME"),
        Shape::Words => (value_parser!(String), "NAMES"),
        Shape::Choice(words) => (PossibleValuesParser::new(words).into(), "WORD"),
        Shape::Scope => (value_parser!(String), "SCOPE"),
        Shape::Seconds => (value_parser!(String), "DURATION"),
        Shape::Flag => (value_parser!(bool), "true|false"),
        Shape::Number => (value_parser!(u64).into(), "NUMBER"),
        Shape::Page | Shape::SecurePage | Shape::Endpoint | Shape::Endpoints | Shape::Redirects => {
            (value_parser!(String), "URL")
        }
        Shape::Keys => return None,
    };
    let option = Arg::new(property.name).long(property.name.replace('_', "-")).value_name(word).value_parser(parser);
    let (option, more) = match property.shape {
        Shape::Texts | Shape::Endpoints | Shape::Redirects | Shape::Audience => {
            (option.action(ArgAction::Append), "; repeat for more")
        }
        Shape::Words => (option.action(ArgAction::Append).value_delimiter(','), "; separated by commas"),
        Shape::Seconds => (option, "; such as 90s, 1h or 30d"),
        _ => (option, ""),
    };
    Some(option.help(format!("{}{more}", property.doc().trim_end_matches('.'))))
}

fn value(property: &ClientProperty, matches: &ArgMatches) -> Option<Value> {
    let text = |text: &String| Value::from(text.as_str());
    match property.shape {
        Shape::Texts | Shape::Endpoints | Shape::Redirects | Shape::Audience | Shape::Words => {
            Some(matches.get_many::<String>(property.name)?.map(text).collect())
        }
        Shape::Flag => matches.get_one::<bool>(property.name).copied().map(Value::from),
        Shape::Number => matches.get_one::<u64>(property.name).copied().map(Value::from),
        Shape::Keys => None,
        _ => matches.get_one::<String>(property.name).map(text),
    }
}
